/**
 * So many feed clients in a process of its own: takes tickets, a line each, from stdin, says
 * `listening` when all are welcome, and counts every `event.deleted` that comes, with how long it
 * was on its way. Tells the sum as JSON for an empty line.
 *
 *     node listeners.ts <ws address> <how many>
 */
import { createInterface } from "node:readline";

import WebSocket from "ws";

const [address = "", expected = "0"] = process.argv.slice(2);
const delays: number[] = [];
let welcome = 0;
let closed = 0;

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "") process.stdout.write(`${JSON.stringify(toSum())}\n`);
  else open(line);
}

function open(ticket: string): void {
  const socket = new WebSocket(address);
  socket.on("open", () => socket.send(JSON.stringify({ type: "hello", ticket })));
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    closed += 1;
  });
  socket.on("message", (data: Buffer) => {
    const now = Date.now();
    const text = data.toString("latin1");
    if (text.includes('"event.deleted"')) delays.push(now - sentAt(text));
    else if (text.includes('"welcome"')) {
      welcome += 1;
      if (welcome === Number(expected)) process.stdout.write("listening\n");
    }
  });
}

function sentAt(text: string): number {
  const from = text.indexOf('"sent_at":"') + '"sent_at":"'.length;
  return Date.parse(text.slice(from, from + 24));
}

function toSum() {
  const sorted = Float64Array.from(delays).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? null;
  return { welcome, closed, received: delays.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
