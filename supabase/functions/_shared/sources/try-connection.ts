/**
 * The connection test: a source is opened as a job opens it, and asked for a few rows.
 * @module
 */

import { RateLimited, SourceError, type SourceErrorCode } from "../connectors/errors.ts";
import { type ConnectionReport, testConnection } from "../connectors/registry.ts";
import type { KitCodeName } from "../codes.ts";
import { Problem, problem } from "../problem.ts";
import type { Sealed } from "../sealing.ts";
import type { CallProcedure } from "../service.ts";
import { Redactor } from "./redaction.ts";
import { type KeptSource, openSession, type SourceSession, type Surroundings } from "./session.ts";

/** What a connection test works with. */
export interface TestBench
  extends Pick<Surroundings, "env" | "fetch" | "supabaseUrl" | "secretKey"> {
  /** Calls a procedure with the secret key. */
  readonly rpc: CallProcedure;
  /** How long the source may take in all. */
  readonly limitMs?: number;
}

/** Somebody waits for the answer. */
const LIMIT_MS = 25_000;

/** What of a source's failure is the caller's to mend is 422, what is the source's is 502 or 504. */
const CODES: Partial<Record<SourceErrorCode, KitCodeName>> = {
  unauthorized: "SOURCE_CREDENTIALS_REFUSED",
  forbidden: "SOURCE_CREDENTIALS_REFUSED",
  not_found: "SOURCE_SETTINGS_REFUSED",
  request_refused: "SOURCE_SETTINGS_REFUSED",
  invalid_config: "SOURCE_SETTINGS_REFUSED",
  timed_out: "SOURCE_TIMED_OUT",
};

/**
 * Tries a data source and notes with it how that went. The caller must have been told by
 * `authorize_data_source_write` that whoever asks may. Throws a {@link Problem}.
 */
export async function tryConnection(
  bench: TestBench,
  data_source_id: string,
): Promise<ConnectionReport> {
  const { rpc, limitMs = LIMIT_MS } = bench;
  const { credentials, ...kept } = await rpc<KeptSource & { credentials: Sealed | null }>(
    "get_data_source_secrets",
    { data_source_id },
  );
  const signal = AbortSignal.timeout(limitMs);
  let session: SourceSession | undefined;
  try {
    session = await openSession(kept, credentials, {
      ...bench,
      signal,
      deadline: Date.now() + limitMs,
      // Whoever tests sees the answer, and nobody reads a log.
      log() {},
      replaceCredentials: (replaced_nonce, envelope) =>
        rpc("replace_data_source_credentials", {
          data_source_id,
          replaced_nonce,
          credentials: envelope,
        }),
    });
    const report = await testConnection(session, session.context);
    await rpc("record_data_source_test", {
      data_source_id,
      ok: true,
      latency_ms: report.latencyMs,
    });
    return report;
  } catch (error) {
    const redactor = session?.redactor ?? new Redactor();
    const found = asProblem(error, signal, redactor);
    // Keys that we lack say nothing about the source.
    if (!found || found.code === "CREDENTIAL_KEYS_INVALID") throw found ?? redactor.error(error);
    await rpc("record_data_source_test", { data_source_id, ok: false, failure: found.message });
    throw found;
  } finally {
    await session?.[Symbol.asyncDispose]();
  }
}

/** What a failure says about the source; undefined for one that is ours. */
function asProblem(
  error: unknown,
  signal: AbortSignal,
  redactor: Redactor,
): Problem | undefined {
  if (error instanceof Problem) return error;
  if (signal.aborted) return problem("SOURCE_TIMED_OUT");
  if (error instanceof RateLimited) {
    return problem("SOURCE_BUSY", {
      sentence: redactor.text(error.message),
      headers: { "Retry-After": String(error.retryAfterSeconds) },
    });
  }
  if (!(error instanceof SourceError)) return undefined;
  return problem(CODES[error.code] ?? "SOURCE_UNAVAILABLE", {
    sentence: redactor.text(error.message),
  });
}
