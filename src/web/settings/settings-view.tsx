/** My account for everyone; users, audit and centre for admins. Each part has an address of its own. */
import { usePage } from "../page.ts";
import { useSegments } from "../route.ts";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";
import { AuditTrail } from "./audit-trail.tsx";
import { Centre } from "./centre.tsx";
import { PasswordForm } from "./password-form.tsx";
import { Sessions } from "./sessions.tsx";
import { Tokens } from "./tokens.tsx";
import { Users } from "./users.tsx";

const PARTS = [
  { path: "account", isForAdmins: false, Face: Account },
  { path: "users", isForAdmins: true, Face: Users },
  { path: "audit", isForAdmins: true, Face: AuditTrail },
  { path: "centre", isForAdmins: false, Face: Centre },
] as const;

export function SettingsView() {
  const { site } = usePage();
  const words = useWords(settingsWords);
  const [, part] = useSegments();
  const isAdmin = site.me.value?.role === "admin";
  const open = PARTS.filter(({ isForAdmins }) => isAdmin || !isForAdmins);
  const current = open.find(({ path }) => path === part) ?? PARTS[0];
  return (
    <>
      <div class="view-head">
        <h2 class="view-title">{words.title}</h2>
      </div>
      <nav class="tabs" aria-label={words.partsName}>
        {open.map(({ path }) => (
          <a
            key={path}
            href={`#/settings/${path}`}
            aria-current={path === current.path ? "page" : undefined}
          >
            {words.parts[path]}
          </a>
        ))}
      </nav>
      <current.Face />
    </>
  );
}

function Account() {
  return (
    <>
      <Tokens />
      <Sessions />
      <PasswordForm />
    </>
  );
}
