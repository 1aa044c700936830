/**
 * Death at a chosen moment: a process that holds this switch kills itself, without warning, when the
 * chosen verb is called for the chosen time. Within a verb means in its transaction, when all is
 * written and nothing is committed.
 */
import type { EdgeDatabase } from "../../src/store/database.ts";

/** An event's way over the desk, with the desk's own start and its shedding. */
export const KILL_POINTS = [
  "within insert",
  "after insert",
  "after promote",
  "before take",
  "within take",
  "after take",
  "within analyze",
  "before settle",
  "within settle",
  "after settle",
  "within shedLate",
  "after shedLate",
  "before recover",
  "within recover",
  "after recover",
] as const;

export interface KillSwitch {
  /** Kills when this is the chosen moment. */
  reach(moment: string): void;
  /** The same object, whose verbs reach their moments. */
  around<Verbs extends object>(verbs: Verbs): Verbs;
  inTransactions(db: EdgeDatabase): EdgeDatabase;
}

export function createKillSwitch(point: string, call: number): KillSwitch {
  let callsLeft = call;
  let current = "";
  const reach = (moment: string): void => {
    if (moment !== point) return;
    callsLeft -= 1;
    if (callsLeft === 0) process.kill(process.pid, "SIGKILL");
  };

  return {
    reach,
    around(verbs) {
      const wrapped = Object.entries(verbs).map(([name, verb]) => [
        name,
        (...given: unknown[]): unknown => {
          reach(`before ${name}`);
          current = name;
          const result: unknown = Reflect.apply(verb, verbs, given);
          current = "";
          reach(`after ${name}`);
          return result;
        },
      ]);
      return Object.fromEntries(wrapped);
    },
    inTransactions(db) {
      const reaching = <T>(work: () => T): T => {
        const result = work();
        reach(`within ${current}`);
        return result;
      };
      return {
        ...db,
        transaction: (work) => db.transaction(() => reaching(work)),
        passingTransaction: (work) => db.passingTransaction(() => reaching(work)),
      };
    },
  };
}
