/**
 * Hands a job's rows to the database, several batches of the connector at a time: a page of a provider
 * is small, and each call is a transaction.
 * @module
 */

import type { Batch, JsonObject, LogLevel } from "../connectors/connector.ts";
import type { ImportReject, ImportRow, Mapping } from "../connectors/mapping.ts";

/** A line of a job's log, as `import_job_batch` takes it. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly context: JsonObject;
}

/** The arguments of `import_job_batch` besides task and claim. */
export interface ImportCall extends Record<string, unknown> {
  readonly rows: ImportRow[];
  readonly rejected: ImportReject[];
  readonly checkpoint: JsonObject | null;
  readonly rows_total: number | null;
  readonly logs: LogLine[];
}

/** Makes the call; answers why the job is to stop, or null. */
export type ImportBatch = (call: ImportCall) => Promise<string | null>;

/** When what has come together goes out. */
export interface ImportPace {
  /** So many rows. */
  readonly rows: number;
  /** So many characters. */
  readonly characters: number;
  /** So long after the last time: people watch. */
  readonly ms: number;
}

/** The pace of the environment: `IMPORT_BATCH_ROWS`, 1,000 unless told. */
export function paceFromEnv(env: Readonly<Record<string, string | undefined>>): ImportPace {
  const rows = Number(env.IMPORT_BATCH_ROWS || 1000);
  if (!Number.isInteger(rows) || rows < 1 || rows > 10_000) {
    throw new Error("IMPORT_BATCH_ROWS must be a number from 1 to 10000");
  }
  return { rows, characters: 2 * 1024 * 1024, ms: 2000 };
}

/** What a job has read and the database does not have yet. */
export class Importer {
  #rows: ImportRow[] = [];
  #rejected: ImportReject[] = [];
  #logs: LogLine[] = [];
  #checkpoint: JsonObject | null = null;
  #total: number | null = null;
  #characters = 0;
  #last: number;

  constructor(
    private readonly call: ImportBatch,
    private readonly pace: ImportPace,
    private readonly now: () => number = Date.now,
  ) {
    this.#last = now();
  }

  /** Takes a line; it goes out with the next rows. */
  log(level: LogLevel, message: string, context: JsonObject = {}): void {
    this.#logs.push({ level, message, context });
  }

  /** Takes a batch, and hands over what has come together where it is time. */
  async add(batch: Batch, mapping: Mapping): Promise<string | null> {
    const { rows, rejected } = mapping.toImport(batch);
    const characters = sizeOf(batch);
    const { pace } = this;
    // What was read before stays within bounds by itself.
    const stop = this.#count + rows.length + rejected.length > pace.rows ||
        this.#characters + characters > pace.characters
      ? await this.flush()
      : null;
    if (stop !== null) return stop;
    this.#rows.push(...rows);
    this.#rejected.push(...rejected);
    this.#checkpoint = batch.checkpoint;
    this.#total = batch.total ?? this.#total;
    this.#characters += characters;
    const isTime = this.#count >= pace.rows || this.#characters >= pace.characters ||
      this.now() - this.#last >= pace.ms;
    return isTime ? await this.flush() : null;
  }

  /** Hands over all there is. What a failed call held is lost: the checkpoint is from before it. */
  async flush(): Promise<string | null> {
    const isEmpty = this.#checkpoint === null && this.#logs.length === 0;
    if (isEmpty) return null;
    const call: ImportCall = {
      rows: this.#rows,
      rejected: this.#rejected,
      checkpoint: this.#checkpoint,
      rows_total: this.#total,
      logs: this.#logs,
    };
    this.#rows = [];
    this.#rejected = [];
    this.#logs = [];
    this.#checkpoint = null;
    this.#characters = 0;
    const stop = await this.call(call);
    this.#last = this.now();
    return stop;
  }

  get #count(): number {
    return this.#rows.length + this.#rejected.length;
  }
}

/** About how much there is in a batch: writing it out to measure it would cost as much as sending it. */
function sizeOf({ rows, rejected }: Batch): number {
  let characters = 0;
  for (const { values = {} } of [...rows, ...rejected]) {
    for (const [key, value] of Object.entries(values)) {
      characters += key.length;
      characters += typeof value === "object" ? JSON.stringify(value).length : String(value).length;
    }
  }
  return characters;
}
