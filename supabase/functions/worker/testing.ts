/**
 * What the worker's tests share: a queue in memory that answers as the procedures do, and pauses that
 * end when the test says so.
 * @module
 */

import { z } from "@hono/zod-openapi";
import { RpcError } from "../_shared/service.ts";
import type { Handler, Outcome, Task, TaskContext } from "./handler.ts";
import type { ClaimedTask, FinishedTask } from "./run-task.ts";

/** A call of the worker's. */
export interface QueueCall {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** A queue in memory. */
export interface FakeQueue {
  readonly rpc: TaskContext["rpc"];
  /** Every call that was answered, claims that found nothing excepted. */
  readonly calls: QueueCall[];
  /** Ids of completed tasks, in the order in which they were reported. */
  readonly completed: FinishedTask[];
  /** Calls named here are refused by the error, until the test takes it away. */
  readonly refuse: Map<string, RpcError>;
  /** Resolves with the first call of the procedure, made already or still to come. */
  called(name: string): Promise<QueueCall>;
}

/** A task as it is claimed. */
export function claimed(id: string, overrides: Partial<ClaimedTask> = {}): ClaimedTask {
  return {
    id,
    agency_id: null,
    kind: "test.run",
    payload: {},
    claim: 1,
    attempt: 1,
    max_attempts: 20,
    lease_until: new Date(Date.now() + 3_600_000).toISOString(),
    ...overrides,
  };
}

/** The refusal of a call about a task that is somebody else's. */
export const LOST = new RpcError(409, "task_lost", "The task does not run under this claim.");

/** A queue that holds these tasks. */
export function fakeQueue(tasks: ClaimedTask[]): FakeQueue {
  const waiting = [...tasks];
  const calls: QueueCall[] = [];
  const completed: FinishedTask[] = [];
  const refuse = new Map<string, RpcError>();
  const listeners = new Set<(call: QueueCall) => void>();
  return {
    calls,
    completed,
    refuse,
    called(name) {
      const made = calls.find((call) => call.name === name);
      if (made) return Promise.resolve(made);
      return new Promise((resolve) => {
        const listener = (call: QueueCall) => {
          if (call.name !== name) return;
          listeners.delete(listener);
          resolve(call);
        };
        listeners.add(listener);
      });
    },
    rpc<T>(name: string, args: Record<string, unknown>): Promise<T> {
      const refusal = refuse.get(name);
      if (refusal) return Promise.reject(refusal);
      const finished = (args.finished ?? []) as FinishedTask[];
      completed.push(...finished);
      const taken = name === "exchange_tasks" ? waiting.splice(0, Number(args.max_tasks)) : [];
      if (name !== "exchange_tasks" || taken.length > 0 || finished.length > 0) {
        calls.push({ name, args });
        for (const listener of listeners) listener({ name, args });
      }
      const answer: unknown = name === "exchange_tasks"
        ? { lost: [], tasks: taken }
        : name === "complete_tasks"
        ? { lost: [] }
        : name === "heartbeat_task"
        ? new Date(Date.now() + 3_600_000).toISOString()
        : null;
      return Promise.resolve(answer as T);
    },
  };
}

/** A handler of `test.run`. */
export function handler(
  run: (task: Task<unknown>, context: TaskContext) => Promise<Outcome> | Outcome,
  overrides: Partial<Handler<unknown>> = {},
): Handler<unknown> {
  return {
    kind: "test.run",
    payload: z.unknown(),
    leaseSeconds: 60,
    run: (task, context) => Promise.resolve(run(task, context)),
    ...overrides,
  };
}

/** Pauses that end when the test says so, or when their signal is aborted. */
export function controlledPauses() {
  const open: { ms: number; end(): void }[] = [];
  let opened = () => {};
  return {
    pause(ms: number, signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        const entry = {
          ms,
          end: () => {
            const at = open.indexOf(entry);
            if (at >= 0) open.splice(at, 1);
            resolve();
          },
        };
        open.push(entry);
        signal.addEventListener("abort", entry.end, { once: true });
        if (signal.aborted) entry.end();
        opened();
      });
    },
    /** Ends the first pause of that length, once there is one, after doing something. */
    async elapse(ms: number, first: () => void = () => {}): Promise<void> {
      while (true) {
        const entry = open.find((it) => it.ms === ms);
        if (entry) {
          first();
          return entry.end();
        }
        await new Promise<void>((resolve) => opened = resolve);
      }
    },
  };
}
