/**
 * Services that come and go while the group runs. To whoever runs the group it is one service: it
 * stops all of them, and fails with the first of them that ends by itself.
 */
import { ApplianceError, isAbort } from "./errors.ts";
import type { Service } from "./lifecycle.ts";

export interface ServiceGroup extends Service {
  /** Runs as soon as the group does. */
  add(service: Service): void;
  /** Stops it and waits for its end. No complaint when it is not there. */
  remove(service: Service): Promise<void>;
}

interface Member {
  service: Service;
  stop: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
}

export function createServiceGroup(name: string): ServiceGroup {
  const members = new Set<Member>();
  const failure = Promise.withResolvers<never>();
  // Also before anybody runs the group, and when nobody ever does.
  failure.promise.catch(() => {});
  let running: AbortSignal | null = null;

  const start = (member: Member, signal: AbortSignal): void => {
    const { service, stop } = member;
    const either = AbortSignal.any([signal, stop.signal]);
    member.ended = service.run(either).then(
      () => {
        if (either.aborted) return;
        failure.reject(new ApplianceError("internal", `${service.name} ended by itself.`));
      },
      (error: unknown) => {
        if (!(isAbort(error) && either.aborted)) failure.reject(error);
      },
    );
  };

  return {
    name,
    add(service) {
      const member: Member = { service, stop: new AbortController(), ended: Promise.resolve() };
      members.add(member);
      if (running) start(member, running);
    },
    async remove(service) {
      const member = [...members].find((one) => one.service === service);
      if (!member) return;
      member.stop.abort();
      await member.ended;
      members.delete(member);
    },
    async run(signal) {
      running = signal;
      for (const member of members) start(member, signal);
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await Promise.race([stopped, failure.promise]);
      await Promise.all([...members].map(({ ended }) => ended));
      // One that failed while the others stopped is no smaller failure.
      await Promise.race([failure.promise, Promise.resolve()]);
    },
  };
}
