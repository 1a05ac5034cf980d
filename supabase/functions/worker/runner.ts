/**
 * The loop that claims tasks and runs them: a batch for the edge function, without end for
 * `deno task worker`.
 * @module
 */

import type { Handler, TaskContext } from "./handler.ts";
import { type AttemptOptions, type ClaimedTask, type FinishedTask, runTask } from "./run-task.ts";

/** How to work. */
export interface WorkerOptions extends Pick<TaskContext, "rpc" | "env" | "fetch"> {
  /** Who the tasks' rows say it was. */
  readonly name: string;
  readonly handlers: readonly Handler<unknown>[];
  /** Stops it: nothing more is claimed, what runs may finish. */
  readonly stop: AbortSignal;
  /** How many tasks run at once. */
  readonly concurrency: number;
  /** Ends once nothing is left to claim, instead of waiting for more. */
  readonly untilIdle?: boolean;
  /** The most tasks it takes; no limit unless told. */
  readonly maxTasks?: number;
  /** Milliseconds since the epoch by which handlers are to be done; no limit unless told. */
  readonly deadline?: number;
  /** How long what runs may take to finish after the stop, before it is handed back. */
  readonly graceMs?: number;
  /** How often to look for tasks while idle. */
  readonly pollMs?: number;
  log(message: string, fields?: object): void;
  /** Resolves after so long, or as soon as the signal is aborted; tests have their own. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** What became of the tasks that were claimed. */
export interface WorkReport {
  claimed: number;
  completed: number;
  snoozed: number;
  failed: number;
  /** Somebody else's by the time they ended. */
  lost: number;
  /** Given back unfinished, because the worker stopped. */
  handedBack: number;
}

/** Tries to say what is done that often before a stopping worker leaves it to the lease. */
const LAST_TRIES = 5;

/** Works until stopped, or until idle; resolves when nothing is held any more. */
export async function work(options: WorkerOptions): Promise<WorkReport> {
  const { handlers, rpc, stop, concurrency, log, pause = wait } = options;
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]));
  const report: WorkReport = {
    claimed: 0,
    completed: 0,
    snoozed: 0,
    failed: 0,
    lost: 0,
    handedBack: 0,
  };
  const kill = new AbortController();
  const ended = new AbortController();
  const graceOver = afterStop(
    stop,
    ended.signal,
    () => pause(options.graceMs ?? 10_000, ended.signal),
  )
    .then((stopped) => stopped && kill.abort(new Error("the worker stops")));
  const attempts: AttemptOptions = {
    rpc,
    deadline: options.deadline ?? Number.MAX_SAFE_INTEGER,
    env: options.env,
    fetch: options.fetch,
    stop,
    kill: kill.signal,
    pause,
    log,
  };
  const claimArgs = {
    worker: options.name,
    kinds: [...byKind.keys()],
    lease_seconds: Math.min(...handlers.map(({ leaseSeconds }) => leaseSeconds)),
  };
  const finished: FinishedTask[] = [];
  let running = 0, faults = 0;
  let changed = Promise.withResolvers<void>();

  async function run(task: ClaimedTask, handler: Handler<unknown>) {
    running++;
    const end = await runTask(task, handler, attempts);
    if (end.kind === "done") finished.push(end.finished);
    else report[end.kind]++;
    running--;
    changed.resolve();
  }

  while (true) {
    changed = Promise.withResolvers();
    const wanted = Math.min(concurrency - running, (options.maxTasks ?? Infinity) - report.claimed);
    const free = stop.aborted ? 0 : wanted;
    const done = finished.splice(0);
    if (done.length === 0 && running === 0 && free <= 0) break;
    let claimed: ClaimedTask[] = [];
    try {
      if (free > 0) {
        const answer = await rpc<{ lost: string[]; tasks: ClaimedTask[] }>("exchange_tasks", {
          finished: done,
          ...claimArgs,
          max_tasks: Math.min(free, 1000),
        });
        claimed = answer.tasks;
        count(done, answer.lost);
      } else if (done.length > 0) {
        count(done, (await rpc<{ lost: string[] }>("complete_tasks", { finished: done })).lost);
      }
      faults = 0;
    } catch (error) {
      finished.unshift(...done);
      log("the queue does not answer", { error: String(error) });
      faults++;
      if (stop.aborted && running === 0 && faults >= LAST_TRIES) break;
      // A stop cuts this short, but not the pauses between the last tries.
      await pause(Math.min(10_000, 250 * 2 ** faults), stop.aborted ? ended.signal : stop);
      continue;
    }
    report.claimed += claimed.length;
    for (const task of claimed) {
      const handler = byKind.get(task.kind);
      if (handler) run(task, handler);
    }
    const isIdle = claimed.length === 0 && running === 0 && finished.length === 0;
    if (isIdle && (options.untilIdle || free <= 0)) break;
    const round = new AbortController();
    const waits = [changed.promise];
    // With hands free it looks for more from time to time; without, something has to end first.
    if (free > 0 && claimed.length < free) {
      waits.push(pause(options.pollMs ?? 500, AbortSignal.any([round.signal, stop])));
    }
    await Promise.race(waits);
    round.abort();
  }
  ended.abort();
  await graceOver;
  return report;

  function count(done: FinishedTask[], lost: string[]) {
    report.lost += lost.length;
    report.completed += done.length - lost.length;
    if (lost.length > 0) log("lost", { tasks: lost });
  }
}

/** Resolves after so long, or as soon as the signal is aborted. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

/** Whether it was stopped and the grace went by before it ended. */
async function afterStop(
  stop: AbortSignal,
  ended: AbortSignal,
  grace: () => Promise<void>,
): Promise<boolean> {
  await new Promise<void>((resolve) => {
    const either = AbortSignal.any([stop, ended]);
    if (either.aborted) resolve();
    either.addEventListener("abort", () => resolve(), { once: true });
  });
  if (!ended.aborted) await grace();
  return !ended.aborted;
}
