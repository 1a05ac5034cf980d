/**
 * What a kind of background task is made of: a {@link Handler}, in a file of its own under `handlers/`
 * and on the list of `registry.ts`.
 * @module
 */

import type { z } from "@hono/zod-openapi";
import type { CallProcedure } from "../_shared/service.ts";

/** A task that this worker has claimed. */
export interface Task<P> {
  readonly id: string;
  /** Whose work it is; null for the platform's own. */
  readonly agencyId: string | null;
  readonly kind: string;
  readonly payload: P;
  /** Named in every call about the task, so that a stale worker is refused. */
  readonly claim: number;
  /** Which attempt this is, from 1 on. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

/** What a handler works with. */
export interface TaskContext {
  /** Calls a procedure with the secret key. */
  readonly rpc: CallProcedure;
  /** Aborted when the worker stops and when the task is no longer this worker's. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch by which to be done, or to snooze. */
  readonly deadline: number;
  /** The environment of the worker. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Writes one line to the worker's log, with the task's id and kind. */
  log(message: string, fields?: object): void;
}

/** How an attempt ends without an error: done, with what is worth keeping, or to be gone on with. */
export type Outcome = { readonly done: unknown } | { readonly snoozeSeconds: number };

/** How tasks of one kind are run. */
export interface Handler<P> {
  /** As in `private.task_kinds`. */
  readonly kind: string;
  /** What the payload must be; a task with another one is given up. */
  readonly payload: z.ZodType<P>;
  /** How long the task may go without a sign of life of this worker, which gives one three times as often. */
  readonly leaseSeconds: number;
  /**
   * Runs one attempt. It may run more than once for one task: what it does to the database belongs
   * into procedures that hold the task. An error fails the attempt, which is tried again with backoff.
   */
  run(task: Task<P>, context: TaskContext): Promise<Outcome>;
}

/** Fails the task for good: trying again would change nothing. */
export class FinalError extends Error {
  override readonly name = "FinalError";
}

/** Fails the attempt; the next one comes after just this long. */
export class RetryAfter extends Error {
  override readonly name = "RetryAfter";

  /** `reason` is kept as the task's last error. */
  constructor(readonly seconds: number, reason: string) {
    super(reason);
  }
}
