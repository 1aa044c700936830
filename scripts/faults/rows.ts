/** The rows of the table of faults, and what a run of tests says of each. */
import { z } from "zod";

export interface Row {
  row: string;
  /** What happens, and what must become of it. */
  fault: string;
}

export const ROWS: readonly Row[] = [
  { row: "A1", fault: "passwords are guessed: few tries a minute, and nobody else is locked out" },
  { row: "A2", fault: "sign-ins in bulk: few hashes at once, the rest are sent away" },
  { row: "A3", fault: "tokens are forged, expired or of another kind: refused" },
  { row: "A4", fault: "what was signed out or spent comes back: refused, and the session ends" },
  { row: "A5", fault: "two tabs refresh at once: both stay signed in" },
  { row: "A6", fault: "paths and ids that are not one's own: as if there were nothing" },
  { row: "A7", fault: "huge bodies, headers and addresses: refused before they are kept" },
  { row: "A8", fault: "slow, silent and too many connections: ended, the others are answered" },
  {
    row: "A9",
    fault: "a socket that is silent, slow, a stranger's or too talkative: closed, no other waits",
  },
  { row: "A10", fault: "pages of other sites, and their forms: they may neither read nor act" },
  { row: "A11", fault: "secrets are looked for: in no journal, answer, file or process" },
  { row: "A12", fault: "a stranger is first at a new box: nothing without the setup code" },
  { row: "A13", fault: "a made-up address: believed from trusted proxies alone" },
  { row: "D1", fault: "the disk is full: events are still written down, pictures wait" },
  { row: "D2", fault: "a picture finds no room: no half file stays" },
  { row: "D3", fault: "nothing can be written: reading goes on, writing is refused with a code" },
  { row: "D4", fault: "a second daemon on the same data: refused until the first has ended" },
  { row: "D5", fault: "the database is damaged: put aside, restored, and read as far as it goes" },
  { row: "D6", fault: "killed at any moment: nothing that was told is lost" },
  { row: "D7", fault: "the power is cut: nothing that was told is lost" },
  {
    row: "D8",
    fault: "the database is of a newer version, or its upgrade fails: it stays as it is",
  },
  { row: "D9", fault: "the disk is slow: frames are dropped and counted, nothing else waits" },
  { row: "D10", fault: "the memory runs out: the supervisor starts it again, nothing is lost" },
  { row: "M1", fault: "the centre is away for days: the box only marks, then all goes up once" },
  { row: "M2", fault: "the centre is slow, stopped or half open: given up in time, tried again" },
  { row: "M3", fault: "locks, deadlocks, read-only, too many: tried again, ever more rarely" },
  {
    row: "M4",
    fault: "a message is too large: smaller ones, and of a row alone its words are cut",
  },
  { row: "M5", fault: "a password or a right is wrong: it says which, and locks nothing out" },
  { row: "M6", fault: "no TLS, or a certificate not to be trusted: refused, never in the clear" },
  { row: "M7", fault: "the schema is missing, older or newer: told apart, nothing is written" },
  { row: "M8", fault: "one row does not fit: it is kept back with its reason, the rest goes on" },
  { row: "M9", fault: "either side is killed at any moment: each row once, the newest" },
  { row: "M10", fault: "the centre lost what it had: noticed, and everything is sent again" },
  { row: "M11", fault: "two boxes under one name: the second is refused" },
  { row: "O1", fault: "the model is away for hours: no try is used, what matters most goes first" },
  { row: "O2", fault: "the model is slow, or loads for minutes: one call, no loop of aborts" },
  { row: "O3", fault: "the model hangs or stalls: left after its time, tried later" },
  { row: "O4", fault: "the answer breaks off: an outage" },
  { row: "O5", fault: "the answer is garbage: repaired once, then given up with its text kept" },
  { row: "O6", fault: "the model is missing or cannot see: the desk waits and says what to do" },
  { row: "O7", fault: "the server is busy: asked ever more rarely, by one at a time" },
  { row: "O8", fault: "the picture is ignored: the answer is refused, the model named blind" },
  { row: "O9", fault: "one picture breaks the model: it is given up, the others go on" },
  { row: "O10", fault: "the engine leaks, unloads, loads again: let go between two pictures" },
  { row: "O11", fault: "writing in the picture gives orders: no event is hidden by it" },
  {
    row: "T1",
    fault: "the clock is set, or starts in 1970: events whole, in order, and described",
  },
  { row: "T2", fault: "the box sleeps: a gap, and no event that lasts through it" },
];

export interface RowResult {
  row: string;
  result: "held" | "fell short";
  detail: string;
}

const report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

/** `ran`: vitest's JSON. Tests that its filter left out say nothing. */
export function toRowResults(rows: readonly Row[], ran: unknown): RowResult[] {
  const tests = report.parse(ran).testResults.flatMap(({ assertionResults }) => assertionResults);
  return rows.map(({ row, fault }) => {
    const own = tests.filter(({ title }) => title.startsWith(`${row}: `));
    const failed = own.filter(({ status }) => status !== "passed").map(({ title }) => title);
    if (own.length === 0) return { row, result: "fell short", detail: `no test: ${fault}` };
    if (failed.length > 0) return { row, result: "fell short", detail: failed.join("; ") };
    const count = own.length === 1 ? "1 test" : `${own.length} tests`;
    return { row, result: "held", detail: `${fault} (${count})` };
  });
}
