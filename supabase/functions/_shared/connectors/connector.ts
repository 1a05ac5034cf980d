/**
 * What a data source's connector is: where rows come from, in batches that can be taken up again from
 * any of their checkpoints. A connector waits for nobody: a provider that asks for patience makes it
 * throw {@link RateLimited}, and the caller comes back later with the last checkpoint.
 * @module
 */

import type { z } from "zod";
import type { Json } from "../database.types.ts";

/** A JSON object as it is stored in a jsonb column. */
export type JsonObject = { [key: string]: Json | undefined };

/** The kinds of data source. */
export const SOURCE_TYPES = ["csv", "api", "apollo", "zoominfo", "linkedin"] as const;
/** A kind of data source. */
export type SourceType = typeof SOURCE_TYPES[number];

/** A row as the source delivered it: raw fields, not yet a lead's. Rows count from 1. */
export interface SourceRow {
  readonly row: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A row that cannot be used, and why; `field` is the source's name for what is wrong. */
export interface RejectedRow {
  readonly row: number;
  readonly field: string | null;
  readonly reason: string;
  /** What there was of the row, for the person who mends it. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Some rows, and from where to go on after them. */
export interface Batch {
  readonly rows: SourceRow[];
  readonly rejected: RejectedRow[];
  /** Opaque; handed to `run` it yields exactly the rows after this batch. */
  readonly checkpoint: JsonObject;
  /** How many rows there are in all: an estimate until the last batch, null while nobody knows. */
  readonly total: number | null;
}

/** What a connection test saw. It costs the account nothing. */
export interface Sample {
  readonly sample: SourceRow[];
  readonly total: number | null;
  /** Every field the source is known to deliver. */
  readonly fields: string[];
}

/** How bad a log line is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** A file of the storage, from some byte on. */
export interface Download {
  /** The bytes; reading them is what takes the file out of the storage. */
  readonly body: ReadableStream<Uint8Array>;
  /** Where `body` begins: what was asked for, or 0 where the storage serves only whole files. */
  readonly offset: number;
  /** The whole file's length in bytes. */
  readonly size: number | null;
  /** Changes when the file does. */
  readonly etag: string | null;
}

/** Where the providers are, without a slash at the end. */
export interface BaseUrls {
  readonly apollo: string;
  readonly zoominfo: string;
  /** ZoomInfo's token endpoint, whole. */
  readonly zoominfoToken: string;
  readonly linkedin: string;
  /** LinkedIn's token endpoint, whole. */
  readonly linkedinToken: string;
  /** The version of LinkedIn's API that is asked for, YYYYMM; each lives about a year. */
  readonly linkedinVersion: string;
}

/** What a connector may use of the world. */
export interface ConnectorContext {
  /** Guarded against private addresses and redirects. */
  readonly fetch: typeof globalThis.fetch;
  /** Aborted when the work is to stop. */
  readonly signal: AbortSignal;
  readonly baseUrls: BaseUrls;
  /** How long one request may take until its whole answer is there, in milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits, for the pace a source's own limit asks for; rejects when `signal` is aborted. */
  wait(ms: number): Promise<void>;
  log(level: LogLevel, message: string, context?: JsonObject): void;
  /** A text without what it repeats of the credentials, renewed ones too. */
  redact(text: string): string;
  /** Opens a file of the bucket `imports` from the byte `from` on. The caller reads or cancels the body. */
  download(path: string, from: number): Promise<Download>;
  /** Stores credentials that a token refresh has replaced; they are sealed by whoever implements this. */
  renewCredentials(credentials: JsonObject): Promise<void>;
}

/** A data source as its connector sees it. */
export interface Source<Config = unknown, Credentials = unknown> {
  readonly config: Config;
  readonly credentials: Credentials;
  /** The most requests a minute that the source's owner allows. */
  readonly rateLimit: number | null;
}

/** One kind of data source. */
export interface Connector<Config = unknown, Credentials = unknown> {
  readonly type: SourceType;
  readonly configSchema: z.ZodType<Config>;
  /** Null where there is nothing to sign in to. */
  readonly credentialsSchema: z.ZodType<Credentials> | null;
  /**
   * Keys of the config that a job's params may set for itself. Never where requests go and how they
   * sign in: who may start a job need not be who may see to credentials.
   */
  readonly jobParams: readonly string[];
  /** URLs that a config leads to by its owner's choice, by their path in it. */
  urls?(config: Config): Readonly<Record<string, string>>;
  /**
   * Lead fields by the connector's own fields, the surest of a lead field first: what the mapping
   * takes for granted unless the source's owner says otherwise.
   */
  knownFields(config: Config): Readonly<Record<string, string>>;
  /** Tries credentials and config with as little as possible; changes and costs nothing. */
  test(source: Source<Config, Credentials>, context: ConnectorContext): Promise<Sample>;
  /** How many rows a run would read, as far as can be told cheaply. */
  estimate(source: Source<Config, Credentials>, context: ConnectorContext): Promise<number | null>;
  /**
   * Reads everything after the checkpoint, or everything. Throws {@link RateLimited} and
   * {@link SourceError}; what was yielded before stands.
   */
  run(
    source: Source<Config, Credentials>,
    checkpoint: JsonObject | null,
    context: ConnectorContext,
  ): AsyncGenerator<Batch>;
}

/** A connector whose estimate is what its test has seen: no source counts its rows for less. */
export function withEstimate<Config, Credentials>(
  connector: Omit<Connector<Config, Credentials>, "estimate">,
): Connector<Config, Credentials> {
  return {
    ...connector,
    estimate: async (source, context) => (await connector.test(source, context)).total,
  };
}
