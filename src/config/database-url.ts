/** Whether an address of the central database can be used; its sentences never repeat the password. */
const FORM = "mysql://user:password@host:3306/database";

/** What is wrong with it, or null. */
export function refuseDatabaseUrl(url: string): string | null {
  if (!url.startsWith("mysql://")) return `must look like ${FORM}`;
  if (!URL.canParse(url)) {
    return `must look like ${FORM}; write @ : / # % in the password as %40 %3A %2F %23 %25`;
  }
  const { username, password, hostname, pathname, search, hash } = new URL(url);
  if (search !== "" || hash !== "") {
    return "takes no options behind a ? or #; write these two in the password as %3F and %23";
  }
  if (hostname === "" || username === "") return `must look like ${FORM}`;
  if (!/^\/[^/]+$/.test(pathname)) return `must end in the name of one database, as in ${FORM}`;
  const areWhole = [username, password, pathname].every(isDecodable);
  return areWhole ? null : "has a % that stands for nothing; write it as %25";
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
