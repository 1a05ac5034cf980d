/**
 * A data source that can be worked with: credentials opened, requests guarded, files within the
 * agency's own, and no secret in what is said.
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { baseUrlsFromEnv } from "../connectors/base-urls.ts";
import type { ConnectorContext, JsonObject, LogLevel } from "../connectors/connector.ts";
import { RateLimited } from "../connectors/errors.ts";
import { type OpenSource, openSource } from "../connectors/registry.ts";
import { importsBucket } from "../connectors/storage.ts";
import { openGuardedFetch } from "../net/guarded-fetch.ts";
import { urlPolicyFromEnv } from "../net/urls.ts";
import { open, type Owner, seal, type Sealed } from "../sealing.ts";
import { secretKeyHeaders } from "../secret-key.ts";
import { Redactor } from "./redaction.ts";

/** How long one request to a source may take until its whole answer is there. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A data source as the database hands it out to whoever holds the secret key. */
export interface KeptSource extends Owner {
  readonly type: string;
  readonly config: JsonObject;
  /** What a job changes of the config. */
  readonly params?: JsonObject;
  /** Requests a minute. */
  readonly rate_limit: number | null;
}

/** What a session takes of the world. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The platform's own fetch, for the storage. */
  readonly fetch: typeof globalThis.fetch;
  /** Where the storage is, without a slash at the end. */
  readonly supabaseUrl: string;
  /** Opens files of the bucket `imports`. */
  readonly secretKey: string;
  /** Aborted when the work is to stop. */
  readonly signal: AbortSignal;
  /** When the work must be over, in milliseconds since 1970. */
  readonly deadline: number;
  /** Hears what connectors log, secrets taken out. */
  log(level: LogLevel, message: string, context: JsonObject): void;
  /** Puts an envelope in the place of the one with that nonce; false where that one is gone. */
  replaceCredentials(nonce: string, credentials: Sealed): Promise<boolean>;
}

/** A data source at work; dispose it to close its connections. */
export interface SourceSession extends OpenSource, AsyncDisposable {
  readonly context: ConnectorContext;
  /** Knows the credentials, renewed ones as well. */
  readonly redactor: Redactor;
}

/** Opens a data source. Throws SourceError, and the problems of {@link open}. */
export async function openSession(
  kept: KeptSource,
  sealed: Sealed | null,
  surroundings: Surroundings,
): Promise<SourceSession> {
  const { env, signal, deadline, secretKey } = surroundings;
  const credentials: unknown = sealed && JSON.parse(await open(sealed, kept, env));
  const redactor = new Redactor();
  redactor.add(credentials);
  const { type, config, params, rate_limit: rateLimit } = kept;
  const source = openSource({ type, config, params, credentials, rateLimit });
  const guarded = await openGuardedFetch(urlPolicyFromEnv(env));
  const log: ConnectorContext["log"] = (level, message, context = {}) =>
    surroundings.log(level, redactor.text(message), redactor.json(context));

  let nonce = sealed?.nonce;
  async function renewCredentials(renewed: JsonObject): Promise<void> {
    redactor.add(renewed);
    if (nonce === undefined) return;
    const envelope = await seal(JSON.stringify(renewed), kept, env);
    if (await surroundings.replaceCredentials(nonce, envelope)) nonce = envelope.nonce;
    // Their owner's own count from the next run on.
    else log("warning", "The credentials were changed by somebody else while we renewed them.");
  }

  return {
    ...source,
    redactor,
    context: {
      fetch: guarded.fetch,
      signal,
      baseUrls: baseUrlsFromEnv(env),
      timeoutMs: REQUEST_TIMEOUT_MS,
      now: () => Date.now(),
      // Who would wait past the deadline had better come back.
      wait: (ms) =>
        Date.now() + ms > deadline
          ? Promise.reject(new RateLimited(Math.ceil(ms / 1000)))
          : sleep(ms, undefined, { signal }),
      log,
      redact: (text) => redactor.text(text),
      download: importsBucket({
        ...surroundings,
        headers: secretKeyHeaders(secretKey),
        agencyId: kept.agency_id,
      }),
      renewCredentials,
    },
    [Symbol.asyncDispose]: () => guarded[Symbol.asyncDispose](),
  };
}
