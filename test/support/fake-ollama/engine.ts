/**
 * What is loaded, and who may use it: one request at a time, the others wait without a limit once
 * the model is loaded. Only while it loads is there a queue that can be full. A load whose client
 * leaves is given up, and the next client begins it again; both as the real scheduler does.
 */
import { setTimeout as delay } from "node:timers/promises";

import type { StandInModel } from "./models.ts";

export interface LoadedModel {
  model: StandInModel;
  /** The options whose change means loading again, as JSON. */
  runner: string;
  contextLength: number;
  expiresAt: number;
}

export interface Engine {
  /**
   * Waits until the model is loaded and the slot is free. Throws QueueFull; rejects when the signal
   * aborts.
   */
  enter(request: EngineRequest, options: { signal: AbortSignal }): Promise<Turn>;
  /** Waits until the model is loaded; no slot is needed for that, and a wedged one does not matter. */
  load(request: EngineRequest, options: { signal: AbortSignal }): Promise<void>;
  loaded(): LoadedModel[];
  unload(name: string): void;
  /** Keeps so much memory until the model is let go; answers how much it is by now. */
  leak(name: string, bytes: number): number;
  /** From now on nobody's turn comes, until `restart`. */
  wedge(): void;
  /** Everything is forgotten, as when the process ends. */
  restart(): void;
}

export interface EngineRequest {
  model: StandInModel;
  options: Record<string, unknown>;
  keepAliveMs: number | null;
}

export interface Turn {
  /** 0 when it was loaded already. */
  loadMs: number;
  leave(): void;
}

export class QueueFull extends Error {}

const runnerOptions = ["num_ctx", "num_batch", "num_gpu", "num_thread", "use_mmap", "main_gpu"];
const keepAliveDefaultMs = 5 * 60_000;
/** A load is never free, so that a client can tell that one happened. */
const loadLeastMs = 17;

interface Loading {
  runner: string;
  done: Promise<void>;
}

export function createEngine(options: { maxQueue: number }): Engine {
  const loaded = new Map<string, LoadedModel>();
  const loading = new Map<string, Loading>();
  const leaked = new Map<string, number>();
  let slot = createSlot();
  let waitingForLoad = 0;

  const isLoaded = (name: string, runner: string): boolean => {
    const held = loaded.get(name);
    return held !== undefined && held.runner === runner && held.expiresAt > Date.now();
  };

  const load = async (request: EngineRequest, runner: string, signal: AbortSignal) => {
    const { model } = request;
    const done = delay(model.loadMs, undefined, { signal });
    loading.set(model.name, { runner, done });
    try {
      await done;
      const contextLength = Number(request.options["num_ctx"] ?? 4096);
      loaded.set(model.name, { model, runner, contextLength, expiresAt: Number.MAX_VALUE });
    } finally {
      loading.delete(model.name);
    }
  };

  const ensureLoaded = async (request: EngineRequest, signal: AbortSignal): Promise<number> => {
    const { name } = request.model;
    const runner = JSON.stringify(runnerOptions.map((key) => request.options[key] ?? null));
    if (isLoaded(name, runner)) return 0;
    if (waitingForLoad >= options.maxQueue) throw new QueueFull();
    waitingForLoad += 1;
    try {
      while (!isLoaded(name, runner)) {
        const other = loading.get(name);
        if (other) await Promise.race([other.done.catch(() => {}), aborted(signal)]);
        else await load(request, runner, signal);
      }
    } finally {
      waitingForLoad -= 1;
    }
    return Math.max(loadLeastMs, request.model.loadMs);
  };

  const keepAlive = ({ model, keepAliveMs: asked }: EngineRequest): void => {
    const held = loaded.get(model.name);
    const keepAliveMs = asked ?? keepAliveDefaultMs;
    if (held) held.expiresAt = Math.min(Date.now() + keepAliveMs, Number.MAX_VALUE);
    if (keepAliveMs === 0) loaded.delete(model.name);
  };

  return {
    async enter(request, { signal }) {
      const loadMs = await ensureLoaded(request, signal);
      const release = await slot.take(signal);
      const leave = (): void => {
        keepAlive(request);
        release();
      };
      return { loadMs, leave };
    },
    async load(request, { signal }) {
      await ensureLoaded(request, signal);
      keepAlive(request);
    },
    loaded: () => [...loaded.values()].filter(({ expiresAt }) => expiresAt > Date.now()),
    unload(name) {
      loaded.delete(name);
      leaked.delete(name);
    },
    leak(name, bytes) {
      const total = (leaked.get(name) ?? 0) + bytes;
      leaked.set(name, total);
      return total;
    },
    wedge: () => slot.wedge(),
    restart() {
      loaded.clear();
      leaked.clear();
      slot = createSlot();
    },
  };
}

/** One at a time, in the order of arrival; who leaves while waiting loses only his own place. */
function createSlot() {
  const waiting: (() => void)[] = [];
  let taken = false;
  let wedged = false;

  const release = (): void => {
    if (wedged) return;
    const next = waiting.shift();
    if (next) next();
    else taken = false;
  };

  const waitForTurn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      waiting.push(resolve);
      signal.addEventListener(
        "abort",
        () => {
          const place = waiting.indexOf(resolve);
          if (place >= 0) waiting.splice(place, 1);
          reject(signal.reason);
        },
        { once: true },
      );
    });

  return {
    wedge() {
      wedged = true;
    },
    async take(signal: AbortSignal): Promise<() => void> {
      if (taken || wedged) await waitForTurn(signal);
      taken = true;
      return release;
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}
