/** What a trace of Chromium says of the page's main thread. */

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time: what others do on the machine does not count. */
  tdur?: number;
  args: { name?: string };
}

/** The longest that the page kept its main thread at once. */
export function longestTaskMs(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(toThread),
  );
  const tasks = traceEvents.filter(
    (event) => event.ph === "X" && event.name.endsWith("RunTask") && mains.has(toThread(event)),
  );
  if (tasks.length === 0) throw new Error("the trace tells of no task");
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

function toThread({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}
