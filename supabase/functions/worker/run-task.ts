/**
 * One attempt at one task: the payload checked, the handler run under a lease that is kept alive, and
 * the database told how it ended.
 * @module
 */

import { RpcError } from "../_shared/service.ts";
import { FinalError, type Handler, RetryAfter, type TaskContext } from "./handler.ts";

/** A task as `claim_tasks` hands it out. */
export interface ClaimedTask {
  readonly id: string;
  readonly agency_id: string | null;
  readonly kind: string;
  readonly payload: unknown;
  readonly claim: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly lease_until: string;
}

/** A task that is done and waits to be told, as `complete_tasks` takes it. */
export interface FinishedTask {
  readonly id: string;
  readonly claim: number;
  readonly result: unknown;
}

/** What attempts share. */
export interface AttemptOptions extends Pick<TaskContext, "rpc" | "deadline" | "env" | "fetch"> {
  /** Aborted when the worker is to stop: handlers hear of it. */
  readonly stop: AbortSignal;
  /** Aborted when it stops for good: what still runs is handed back. */
  readonly kill: AbortSignal;
  /** Resolves after so long, or as soon as the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  log(message: string, fields?: object): void;
}

/** How an attempt ended; one that is done has yet to be told. */
export type End =
  | { readonly kind: "done"; readonly finished: FinishedTask }
  | { readonly kind: "snoozed" | "failed" | "lost" | "handedBack" };

/** Why a handler's signal was aborted. */
class Lost extends Error {}

/** Runs one attempt; never throws. */
export async function runTask(
  claimed: ClaimedTask,
  handler: Handler<unknown>,
  options: AttemptOptions,
): Promise<End> {
  const fields = { task: claimed.id, kind: claimed.kind, attempt: claimed.attempt };
  const log = (message: string, more: object = {}) => options.log(message, { ...fields, ...more });
  const lost = new AbortController();
  const over = new AbortController();
  const keepingAlive = keepAlive(claimed, handler.leaseSeconds, options, lost, over.signal);
  try {
    const outcome = await Promise.race([
      attempt(claimed, handler, {
        rpc: options.rpc,
        signal: AbortSignal.any([lost.signal, options.stop]),
        deadline: options.deadline,
        env: options.env,
        fetch: options.fetch,
        log,
      }),
      // A handler that does not listen is not waited for: what it does later is refused.
      aborted(lost.signal),
      aborted(options.kill),
    ]);
    if ("done" in outcome) {
      return {
        kind: "done",
        finished: { id: claimed.id, claim: claimed.claim, result: outcome.done ?? null },
      };
    }
    return await tell("snoozed", "snooze_task", { seconds: Math.ceil(outcome.snoozeSeconds) });
  } catch (error) {
    if (lost.signal.aborted) {
      log("lost", { error: String(error) });
      return { kind: "lost" };
    }
    // Stopping makes handlers throw; that is no fault of the task.
    if (options.stop.aborted && !(error instanceof FinalError)) {
      return await tell("handedBack", "hand_back_task", {});
    }
    log("failed", { error: String(error) });
    return await tell("failed", "fail_task", {
      error: error instanceof Error ? error.message : String(error),
      retry_in_seconds: error instanceof RetryAfter ? Math.ceil(error.seconds) : null,
      final: error instanceof FinalError,
    });
  } finally {
    over.abort();
    await keepingAlive;
  }

  /** Says how it ended, for as long as the lease lasts; after that the database knows by itself. */
  async function tell(
    kind: "snoozed" | "failed" | "handedBack",
    procedure: string,
    args: Record<string, unknown>,
  ): Promise<End> {
    for (let tries = 0;; tries++) {
      try {
        await options.rpc(procedure, { task_id: claimed.id, claim: claimed.claim, ...args });
        return { kind };
      } catch (error) {
        const again = error instanceof RpcError && error.isPassing && !lost.signal.aborted &&
          !options.kill.aborted;
        if (!again) {
          log("lost", { error: String(error) });
          return { kind: "lost" };
        }
        await options.pause(Math.min(10_000, 250 * 2 ** tries), lost.signal);
      }
    }
  }
}

async function attempt(claimed: ClaimedTask, handler: Handler<unknown>, context: TaskContext) {
  const payload = handler.payload.safeParse(claimed.payload);
  if (!payload.success) throw new FinalError(`The payload does not fit: ${payload.error.message}`);
  return await handler.run({
    id: claimed.id,
    agencyId: claimed.agency_id,
    kind: claimed.kind,
    payload: payload.data,
    claim: claimed.claim,
    attempt: claimed.attempt,
    maxAttempts: claimed.max_attempts,
  }, context);
}

/** Gives signs of life until the attempt is over; aborts `lost` when the task is somebody else's. */
async function keepAlive(
  { id, claim, lease_until }: ClaimedTask,
  leaseSeconds: number,
  { rpc, pause, log }: AttemptOptions,
  lost: AbortController,
  over: AbortSignal,
): Promise<void> {
  let until = Date.parse(lease_until);
  while (true) {
    // The claim's lease is that of the most impatient kind, so the first sign comes by that one.
    const left = Math.min(leaseSeconds * 1000, Math.max(0, until - Date.now()));
    await pause(Math.max(left / 3, 1000), over);
    if (over.aborted) return;
    try {
      until = Date.parse(
        await rpc<string>("heartbeat_task", { task_id: id, claim, lease_seconds: leaseSeconds }),
      );
    } catch (error) {
      if (over.aborted) return;
      const passing = error instanceof RpcError && error.isPassing && Date.now() < until;
      if (!passing) return lost.abort(new Lost(String(error)));
      log("no heartbeat", { task: id, error: String(error) });
    }
  }
}

/** Never resolves; rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
