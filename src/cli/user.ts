/**
 * `nightjar user`: accounts, on the box, for whoever may read its data folder. Works beside a daemon
 * that runs, which heeds it with the next request, and within a second on sockets.
 */
import { text } from "node:stream/consumers";

import { Command, Option } from "commander";

import { type AccountChanges, type Accounts, createAccounts } from "../access/accounts.ts";
import { createAttempts } from "../access/attempts.ts";
import { type Audit, createAudit } from "../access/audit.ts";
import { createPasswords } from "../access/passwords.ts";
import { createSessions } from "../access/sessions.ts";
import { username as usernameShape } from "../api/entrance-contract.ts";
import { systemClock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createLog } from "../base/log.ts";
import { loadConfig } from "../config/load.ts";
import { createAuditStore } from "../store/audit.ts";
import { openDatabase } from "../store/database.ts";
import { createSessionStore } from "../store/sessions.ts";
import { createUserStore, type Role, type User } from "../store/users.ts";
import { readHidden } from "./hidden-input.ts";
import type { World } from "./world.ts";

interface Given {
  config?: string;
}

interface House {
  accounts: Accounts;
  /** Throws `not-found`. */
  find(username: string): User;
  record(action: string, user: Pick<User, "id">): void;
}

export function userCommand(world: World): Command {
  const withConfig = (command: Command): Command =>
    command.option(
      "--config <file>",
      "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)",
    );
  const change = (action: string, given: Given, name: string, changes: AccountChanges) =>
    inHouse(world, given, async ({ accounts, find, record }) => {
      const user = find(name);
      await accounts.change(user.id, changes);
      record(action, user);
    });

  const add = withConfig(new Command("add"))
    .description("Makes an account. The password is asked for, or read from stdin.")
    .argument("<name>")
    .addOption(
      new Option("--role <role>", "what the account may do")
        .choices(["admin", "viewer"])
        .makeOptionMandatory(),
    )
    .option("--password-stdin", "read the password from stdin")
    .action(async (username: string, given: Given & { role: Role; passwordStdin?: boolean }) => {
      const refusal = usernameShape.safeParse(username).error?.issues[0]?.message;
      if (refusal !== undefined) throw new ApplianceError("invalid", `As a name ${refusal}.`);
      const password = await readPassword(given.passwordStdin === true);
      await inHouse(world, given, async ({ accounts, record }) => {
        const account = { username, password, role: given.role, cameraIds: null };
        record("user.made", await accounts.create(account));
      });
      console.log(`${username} may sign in now, as ${given.role}.`);
    });

  const list = withConfig(new Command("list"))
    .description("Lists the accounts.")
    .option("--json", "print the result as JSON")
    .action((given: Given & { json?: boolean }) =>
      inHouse(world, given, async ({ accounts }) => {
        const users = accounts.list().map(({ id, username, role, disabled, createdAt }) => {
          const created_at = new Date(createdAt).toISOString();
          return { id, username, role, disabled, created_at };
        });
        if (given.json) console.log(JSON.stringify(users));
        else for (const user of users) console.log(toLine(user));
      }),
    );

  const passwd = withConfig(new Command("passwd"))
    .description("Sets a password; whoever is signed in under the name has to sign in again.")
    .argument("<name>")
    .option("--password-stdin", "read the password from stdin")
    .action(async (username: string, given: Given & { passwordStdin?: boolean }) => {
      const password = await readPassword(given.passwordStdin === true);
      await change("password.changed", given, username, { password });
      console.log(`${username} has a new password.`);
    });

  const disable = withConfig(new Command("disable"))
    .description("Keeps an account from signing in, and ends its sessions.")
    .argument("<name>")
    .action(async (username: string, given: Given) => {
      await change("user.changed", given, username, { disabled: true });
      console.log(`${username} may no longer sign in.`);
    });

  const user = new Command("user").description("Accounts. Run it as the user of the daemon.");
  for (const command of [add, list, passwd, disable]) user.addCommand(command);
  return user;
}

async function inHouse(
  world: World,
  given: Given,
  work: (house: House) => Promise<void>,
): Promise<void> {
  const { dataDir } = await loadConfig({
    path: given.config ?? null,
    environment: world.environment,
  });
  process.umask(0o077);
  const log = createLog({ level: "silent" });
  await using db = await openDatabase({ path: `${dataDir}/nightjar.db`, log, isVisit: true });
  const clock = systemClock;
  const users = createUserStore(db);
  const audit: Audit = createAudit({ store: createAuditStore(db), clock, log });
  const sessions = createSessions({ store: createSessionStore(db), audit, clock, log });
  const passwords = createPasswords();
  const attempts = createAttempts();
  await work({
    accounts: createAccounts({ users, passwords, attempts, sessions, clock, log }),
    find(username) {
      const user = users.findByName(username);
      if (user) return user;
      throw new ApplianceError("not-found", `There is no account of the name ${username}.`);
    },
    record(action, { id }) {
      const who = { userId: null, username: null, address: "console" };
      audit.record({ action, ...who, target: id, result: "done" });
    },
  });
}

/** The first line, without its end: an editor or `echo` may have added one. */
async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? "";
  return await readHidden("Password: ");
}

function toLine({
  username,
  role,
  disabled,
}: Pick<User, "username" | "role" | "disabled">): string {
  return `${username}  ${role}${disabled ? "  disabled" : ""}`;
}
