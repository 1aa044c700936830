/** Who may sign in. Names are unique without regard to case and keep the case they were typed in. */
import { and, asc, count, eq, sql } from "drizzle-orm";

import { ApplianceError } from "../base/errors.ts";
import { users } from "./account-schema.ts";
import type { EdgeDatabase } from "./database.ts";

export type Role = "admin" | "viewer";

export interface User {
  id: string;
  username: string;
  passwordHash: string;
  role: Role;
  disabled: boolean;
  createdAt: number;
  /** That a viewer may see; null for all. An admin sees all whatever it says. */
  cameraIds: readonly string[] | null;
}

export interface UserStore {
  /** Admins who may sign in; while there are none, set-up is open. */
  countAdmins(): number;
  /** Throws `conflict` when the name is taken. */
  insert(user: User): void;
  findByName(username: string): User | null;
  find(id: string): User | null;
  /** By name. */
  list(): User[];
  /** Null when there is no such user. Throws `conflict` when no admin could sign in any more. */
  change(id: string, changes: UserChanges): User | null;
  /** Their sessions go with them. False when there is no such user. Throws as `change` does. */
  remove(id: string): boolean;
}

export type UserChanges = Partial<Pick<User, "passwordHash" | "disabled" | "role" | "cameraIds">>;

export function createUserStore(db: EdgeDatabase): UserStore {
  const { orm } = db;
  const named = sql`${users.username} collate nocase = ${sql.placeholder("username")} collate nocase`;
  const byName = orm.select().from(users).where(named).prepare();
  const byId = orm
    .select()
    .from(users)
    .where(eq(users.id, sql.placeholder("id")))
    .prepare();
  const admins = orm
    .select({ count: count() })
    .from(users)
    .where(and(eq(users.role, "admin"), eq(users.disabled, false)))
    .prepare();

  const countAdmins = (): number => admins.get()?.count ?? 0;
  /** All of it or nothing: what would leave the box without an admin is undone. */
  const keepingAnAdmin = <T>(work: () => T): T =>
    db.transaction(() => {
      const before = countAdmins();
      const result = work();
      if (before === 0 || countAdmins() > 0) return result;
      const sentence = "This is the last admin. Make another one first.";
      throw new ApplianceError("conflict", sentence);
    });

  return {
    countAdmins,
    insert: (user) =>
      db.transaction(() => {
        if (byName.get({ username: user.username })) {
          throw new ApplianceError("conflict", "This user name is taken. Choose another.");
        }
        orm.insert(users).values(toRow(user)).run();
      }),
    findByName: (username) => byName.get({ username }) ?? null,
    find: (id) => byId.get({ id }) ?? null,
    list: () => orm.select().from(users).orderBy(asc(sql`username collate nocase`)).all(),
    change: (id, changes) =>
      keepingAnAdmin(() => {
        const values = toRow(changes);
        if (Object.keys(values).length > 0) {
          orm.update(users).set(values).where(eq(users.id, id)).run();
        }
        return byId.get({ id }) ?? null;
      }),
    remove: (id) =>
      keepingAnAdmin(() => orm.delete(users).where(eq(users.id, id)).run().changes === 1),
  };
}

/** The columns of a list cannot be readonly. */
function toRow<Values extends Partial<User>>({ cameraIds, ...others }: Values) {
  return { ...others, ...(cameraIds !== undefined && { cameraIds: cameraIds && [...cameraIds] }) };
}
