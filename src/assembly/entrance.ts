/** Who may come in: accounts, sessions, tokens, and the setup code while there is no admin. */
import { createAccounts } from "../access/accounts.ts";
import { createApiTokens } from "../access/api-tokens.ts";
import { createAttempts } from "../access/attempts.ts";
import { createAudit } from "../access/audit.ts";
import { createCallers } from "../access/callers.ts";
import { createFirstAdmin } from "../access/first-admin.ts";
import { createPasswords } from "../access/passwords.ts";
import { createSessions } from "../access/sessions.ts";
import { openSetupCode } from "../access/setup-code.ts";
import { createKeepShut, readShutDoors } from "../access/shut-doors.ts";
import { createSignIn } from "../access/sign-in.ts";
import { openSigningKey } from "../access/signing-key.ts";
import { createTokens } from "../access/tokens.ts";
import type { Config } from "../config/schema.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";

export type Entrance = Awaited<ReturnType<typeof openEntrance>>;

export async function openEntrance(config: Config, given: Given, memory: Memory) {
  const { clock } = given;
  const log = given.log.child({ room: "access" });
  const { users } = memory;
  const secret = await openSigningKey({ folder: config.dataDir, given: config.jwtSecret });
  const setupCode = await openSetupCode({
    folder: config.dataDir,
    needed: users.countAdmins() === 0,
    clock,
  });

  const attempts = createAttempts({
    before: await readShutDoors(config.dataDir, log),
    keep: createKeepShut(config.dataDir, log),
    clock,
  });
  const passwords = createPasswords();
  const tokens = createTokens({ secret, clock });
  const apiTokens = createApiTokens({ store: memory.apiTokens, clock });
  const audit = createAudit({ store: memory.audit, clock, log });
  const sessions = createSessions({ store: memory.sessions, audit, clock, log });
  return {
    users,
    sessions,
    audit,
    apiTokens,
    accounts: createAccounts({ users, passwords, attempts, sessions, clock, log }),
    signIn: createSignIn({ users, passwords, attempts, sessions, tokens, audit, log }),
    callers: createCallers({ users, sessions, tokens, apiTokens }),
    firstAdmin: createFirstAdmin({ users, passwords, attempts, setupCode, clock, log }),
    /** For the console, once; null while an admin exists. */
    setupCode: setupCode.text,
  };
}
