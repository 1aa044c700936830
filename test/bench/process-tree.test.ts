import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

import { readTrees } from "../../scripts/bench-motion/process-tree.ts";

/** Works for a while in a child of its own, then says so and waits to be ended. */
const WORK = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";

async function openShell(script: string) {
  const child = spawn("sh", ["-c", `${script}; echo done; read _`], {
    stdio: ["pipe", "pipe", "ignore"],
    // A group of its own, so that what it leaves behind ends with it.
    detached: true,
  });
  await once(child.stdout, "data");
  const [pid] = child.pid === undefined ? [] : [child.pid];
  if (pid === undefined) throw new Error("There is no shell.");
  return {
    pid,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      process.kill(-pid, "SIGKILL");
      await ended;
    },
  };
}

test("the work of a child that has ended stays in the account of its tree", async () => {
  await using idle = await openShell(":");
  await using busy = await openShell(`(${WORK})`);

  const [calm, worked] = [await readTrees([idle.pid]), await readTrees([busy.pid])];

  expect(worked.cpuS).toBeGreaterThan(calm.cpuS);
  expect(worked.rootCpuS).toBeLessThan(worked.cpuS);
});

test("a tree is counted with its living descendants, and memory with them", async () => {
  await using parent = await openShell("sleep 60 & :");
  await using other = await openShell(":");

  const alone = await readTrees([other.pid]);
  const both = await readTrees([parent.pid, other.pid]);

  expect(alone.processCount).toBe(1);
  expect(both.processCount).toBe(3);
  expect(both.pssMb).toBeGreaterThan(alone.pssMb);
});

test("a process that is not there has used nothing", async () => {
  expect(await readTrees([2 ** 30])).toEqual({
    ...{ cpuS: 0, rootCpuS: 0, pssMb: 0, processCount: 0 },
  });
});
