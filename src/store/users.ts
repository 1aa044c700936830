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
  /** False, like each of the following, when there is no such user. */
  setPasswordHash(id: string, passwordHash: string): boolean;
  setDisabled(id: string, disabled: boolean): boolean;
  setRole(id: string, role: Role): boolean;
  /** Their sessions go with them. */
  remove(id: string): boolean;
}

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

  const change = (id: string, values: Partial<User>): boolean =>
    db.transaction(() => orm.update(users).set(values).where(eq(users.id, id)).run().changes === 1);

  return {
    countAdmins: () => admins.get()?.count ?? 0,
    insert: (user) =>
      db.transaction(() => {
        if (byName.get({ username: user.username })) {
          throw new ApplianceError("conflict", "This user name is taken. Choose another.");
        }
        orm.insert(users).values(user).run();
      }),
    findByName: (username) => byName.get({ username }) ?? null,
    find: (id) => byId.get({ id }) ?? null,
    list: () => orm.select().from(users).orderBy(asc(sql`username collate nocase`)).all(),
    setPasswordHash: (id, passwordHash) => change(id, { passwordHash }),
    setDisabled: (id, disabled) => change(id, { disabled }),
    setRole: (id, role) => change(id, { role }),
    remove: (id) =>
      db.transaction(() => orm.delete(users).where(eq(users.id, id)).run().changes === 1),
  };
}
