import { z } from "@hono/zod-openapi";
import { secretKeyFrom } from "../../_shared/secret-key.ts";
import type { JsonObject } from "../../_shared/connectors/connector.ts";
import { RateLimited, SourceError } from "../../_shared/connectors/errors.ts";
import { Problem } from "../../_shared/problem.ts";
import type { Sealed } from "../../_shared/sealing.ts";
import { type ImportBatch, Importer, paceFromEnv } from "../../_shared/sources/importer.ts";
import { Redactor } from "../../_shared/sources/redaction.ts";
import { type KeptSource, openSession, type SourceSession } from "../../_shared/sources/session.ts";
import type { Handler, Outcome, Task, TaskContext } from "../handler.ts";

const Payload = z.object({ job_id: z.uuid(), agency_id: z.uuid(), run: z.int() });
type Payload = z.infer<typeof Payload>;

/** What `begin_scraping_job` answers. */
interface Begun {
  /** Why there is nothing to do; null where there is. */
  stop: string | null;
  job: { id: string; params: JsonObject; checkpoint: JsonObject | null };
  source: KeptSource | null;
  credentials: Sealed | null;
}

/** Before the deadline the last batch is to be in, and the task handed back. */
const MARGIN_MS = 5_000;

/**
 * Reads a data source into a campaign, from the job's checkpoint on. Each batch is one transaction of
 * rows, counts, checkpoint and log, so that whatever ends this process leaves the job after a whole
 * batch, and whoever takes it up next goes on from there.
 */
export const runScrapingJob: Handler<Payload> = {
  kind: "scraping_job.run",
  payload: Payload,
  leaseSeconds: 60,
  async run(task, context) {
    const begun = await context.rpc<Begun>("begin_scraping_job", identity(task));
    if (begun.stop !== null) return { done: { stopped: begun.stop } };
    return await new Run(task, context, begun).go();
  },
};

/** What every call about a job names: a worker that has lost the task is refused. */
function identity(task: Task<Payload>): { task_id: string; claim: number } {
  return { task_id: task.id, claim: task.claim };
}

/** One worker's turn at a job. */
class Run {
  readonly #importer: Importer;

  constructor(
    private readonly task: Task<Payload>,
    private readonly context: TaskContext,
    private readonly begun: Begun,
  ) {
    const importBatch: ImportBatch = async (batch) => {
      const args = { ...identity(task), ...batch };
      return (await context.rpc<{ stop: string | null }>("import_job_batch", args)).stop;
    };
    this.#importer = new Importer(importBatch, paceFromEnv(context.env));
  }

  async go(): Promise<Outcome> {
    let session: SourceSession | undefined;
    try {
      session = await this.#open();
      return await this.#read(session);
    } catch (error) {
      // The runner asked for it, and hands the task back or has lost it.
      this.context.signal.throwIfAborted();
      return await this.#fail(error, session?.redactor ?? new Redactor());
    } finally {
      await session?.[Symbol.asyncDispose]();
    }
  }

  async #open(): Promise<SourceSession> {
    const { context, begun: { source, job, credentials } } = this;
    const { env, fetch, signal } = context;
    if (!source) throw new SourceError("not_found", "The data source was deleted.");
    return await openSession({ ...source, params: job.params }, credentials, {
      env,
      fetch,
      signal,
      supabaseUrl: env.SUPABASE_URL ?? "",
      secretKey: secretKeyFrom(env),
      deadline: context.deadline - MARGIN_MS,
      log: (...line) => this.#importer.log(...line),
      replaceCredentials: (nonce, envelope) =>
        context.rpc("replace_data_source_credentials", {
          data_source_id: source.id,
          replaced_nonce: nonce,
          credentials: envelope,
        }),
    });
  }

  async #read({ connector, source, context, mapping }: SourceSession): Promise<Outcome> {
    for await (const batch of connector.run(source, this.begun.job.checkpoint, context)) {
      this.context.signal.throwIfAborted();
      const stop = await this.#importer.add(batch, mapping);
      if (stop !== null) return { done: { stopped: stop } };
      if (Date.now() > this.context.deadline - MARGIN_MS) return await this.#leave(1);
    }
    const stop = await this.#importer.flush();
    return stop === null ? await this.#finish("completed") : { done: { stopped: stop } };
  }

  /** Hands in what there is and comes back later. */
  async #leave(snoozeSeconds: number): Promise<Outcome> {
    const stop = await this.#importer.flush();
    return stop === null ? { snoozeSeconds } : { done: { stopped: stop } };
  }

  async #finish(status: "completed" | "failed", error?: string): Promise<Outcome> {
    await this.context.rpc("finish_scraping_job", { ...identity(this.task), status, error });
    return { done: { status } };
  }

  /** What was read before a failure stands, and is handed in first. */
  async #fail(error: unknown, redactor: Redactor): Promise<Outcome> {
    if (error instanceof RateLimited) {
      const { retryAfterSeconds } = error;
      const message = `${redactor.text(error.message)} The job goes on in ${retryAfterSeconds} s.`;
      this.#importer.log("info", message);
      return await this.#leave(retryAfterSeconds);
    }
    if (!isAboutTheSource(error)) throw redactor.error(error);
    const message = redactor.text(error.message);
    const isFinal = error instanceof SourceError ? error.isFinal : error.status < 500;
    if (!isFinal) this.#importer.log("warning", `${message} The job will try again.`);
    const stop = await this.#importer.flush();
    if (stop !== null) return { done: { stopped: stop } };
    if (isFinal) return await this.#finish("failed", message);
    // The engine waits, longer each time, and ends the job where nothing helps.
    throw new Error(message);
  }
}

/** Failures that say in a sentence what is wrong with the source or its credentials. */
function isAboutTheSource(error: unknown): error is SourceError | Problem {
  return error instanceof SourceError || error instanceof Problem;
}
