// In a box: node ask.mjs PASSWORD PATH [FIELD] signs in as guard, waits up to a minute until the answer
// has what it is asked for, and prints it. FIELD is `items` for at least one, or a field's name.
const [password, path, field = ""] = process.argv.slice(2);
const base = "http://127.0.0.1:8000/api/v1";

async function ask() {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ username: "guard", password });
  const login = await fetch(`${base}/auth/login`, { method: "POST", headers, body });
  if (!login.ok) throw new Error(`sign-in: ${login.status} ${await login.text()}`);
  const { access_token } = await login.json();
  const answer = await fetch(base + path, { headers: { authorization: `Bearer ${access_token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

let last;
for (let tries = 0; tries < 12; tries += 1) {
  try {
    const answer = await ask();
    const value = field === "" ? answer : answer[field];
    if (field !== "items" || value.length > 0) {
      console.log(field === "items" ? value.length : JSON.stringify(value));
      process.exit(0);
    }
    last = "there is none";
  } catch (error) {
    last = error.message;
  }
  await new Promise((resolve) => setTimeout(resolve, 5000));
}
console.error(last);
process.exit(1);
