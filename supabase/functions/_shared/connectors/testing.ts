/**
 * What the tests of the connectors share: a world without network and clock, and the promise that all
 * of them make about checkpoints.
 * @module
 */

import assert from "node:assert/strict";
import { baseUrlsFromEnv } from "./base-urls.ts";
import type {
  Batch,
  Connector,
  ConnectorContext,
  JsonObject,
  RejectedRow,
  Source,
  SourceRow,
} from "./connector.ts";
import { RateLimited, SourceError } from "./errors.ts";

/** A connector's world, and what it did there. */
export interface TestWorld {
  readonly context: ConnectorContext;
  readonly logs: { level: string; message: string; context?: JsonObject }[];
  /** Milliseconds waited, each time; the clock has moved by as much. */
  readonly waits: number[];
  /** Credentials that were renewed, in their order. */
  readonly renewed: JsonObject[];
  /** Where each download began. */
  readonly downloads: number[];
}

/** A world with these files and whatever else is put in. */
export function testWorld(
  { files = {}, ...overrides }: Partial<ConnectorContext> & {
    files?: Readonly<Record<string, Uint8Array>>;
  } = {},
): TestWorld {
  let clock = Date.UTC(2026, 10, 2, 9, 30);
  const world = {
    logs: [] as TestWorld["logs"],
    waits: [] as number[],
    renewed: [] as JsonObject[],
    downloads: [] as number[],
  };
  return {
    ...world,
    context: {
      fetch,
      signal: new AbortController().signal,
      baseUrls: baseUrlsFromEnv({}),
      timeoutMs: 60_000,
      now: () => clock,
      wait: (ms) => {
        world.waits.push(ms);
        clock += ms;
        return Promise.resolve();
      },
      redact: (text) => text,
      log: (level, message, context) => world.logs.push({ level, message, context }),
      download: (path, from) => {
        const bytes = files[path];
        if (!bytes) return Promise.reject(new SourceError("not_found", "No such file."));
        world.downloads.push(from);
        return Promise.resolve({
          body: new Blob([bytes.slice(from)]).stream(),
          offset: from,
          size: bytes.length,
          etag: `"${bytes.length}"`,
        });
      },
      renewCredentials: (credentials) => {
        world.renewed.push(credentials);
        return Promise.resolve();
      },
      ...overrides,
    },
  };
}

/** All that a run yields. */
export interface Everything {
  readonly batches: Batch[];
  readonly rows: SourceRow[];
  readonly rejected: RejectedRow[];
}

/** Runs a connector to its end. */
export async function collect<C, K>(
  connector: Connector<C, K>,
  source: Source<C, K>,
  context: ConnectorContext,
  checkpoint: JsonObject | null = null,
): Promise<Everything> {
  const batches: Batch[] = [];
  for await (const batch of connector.run(source, checkpoint, context)) {
    // Checkpoints live in a jsonb column.
    batches.push({ ...batch, checkpoint: JSON.parse(JSON.stringify(batch.checkpoint)) });
  }
  return {
    batches,
    rows: batches.flatMap((batch) => batch.rows),
    rejected: batches.flatMap((batch) => batch.rejected),
  };
}

/** Holds a connector to its promise: from every checkpoint on come exactly the rows behind it. */
export async function assertResumesAnywhere<C, K>(
  connector: Connector<C, K>,
  source: Source<C, K>,
  context: ConnectorContext,
): Promise<Everything> {
  const whole = await collect(connector, source, context);
  for (const [index, { checkpoint }] of whole.batches.entries()) {
    const rest = await collect(connector, source, context, checkpoint);
    const behind = whole.batches.slice(index + 1);
    assert.deepEqual(rest.rows, behind.flatMap((batch) => batch.rows));
    assert.deepEqual(rest.rejected, behind.flatMap((batch) => batch.rejected));
    if (behind.length > 0) assert.equal(rest.batches.at(-1)?.total, behind.at(-1)?.total);
  }
  return whole;
}

/** What a run failed with: the code of its SourceError, or for how long it is to rest. */
export async function failureOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof SourceError) return error.code;
    if (error instanceof RateLimited) return `rate_limited ${error.retryAfterSeconds}`;
    throw error;
  }
  return "none";
}
