/**
 * Calls procedures with the secret key: for work that no caller does. What is called asks for the key
 * (`private.require_service`).
 * @module
 */

import { secretKeyHeaders } from "./secret-key.ts";
import { asSqlError } from "./sql-errors.ts";

/** Where and as whom to call. */
export interface ServiceOptions {
  /** The project's address, without a slash at the end. */
  readonly supabaseUrl: string;
  readonly secretKey: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Calls a procedure with the secret key. Throws {@link RpcError}. */
export type CallProcedure = <T>(name: string, args: Record<string, unknown>) => Promise<T>;

/** A procedure refused a call, or could not be reached (`status` 0). */
export class RpcError extends Error {
  override readonly name = "RpcError";

  /** `code` is the procedure's machine code, such as `task_lost`. */
  constructor(readonly status: number, readonly code: string, detail: string) {
    super(`${code}: ${detail}`);
  }

  /** Whether the same call may succeed a little later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** How long one call may take; procedures for workers work in batches that are far shorter. */
const TIMEOUT_MS = 60_000;

/** A function that calls procedures of the project with the secret key. */
export function createService(
  { supabaseUrl, secretKey, fetch }: ServiceOptions,
): CallProcedure {
  const headers = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    ...secretKeyHeaders(secretKey),
  };
  return async <T>(name: string, args: Record<string, unknown>): Promise<T> => {
    let status = 0, text: string;
    try {
      const response = await fetch(`${supabaseUrl}/rest/v1/rpc/${name}`, {
        method: "POST",
        headers,
        body: JSON.stringify(args),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
      status = response.status;
    } catch (cause) {
      throw new RpcError(0, "unreachable", `${name}: ${cause}`);
    }
    const body = parse(text);
    if (status >= 200 && status < 300) return body as T;
    const error = asSqlError(body);
    if (!error) throw new RpcError(status, "unavailable", `${name} was answered ${status}`);
    // Procedures raise a code as message and a sentence as details; Postgres's own errors have neither.
    const raised = /^PT\d{3}$/.test(error.code);
    throw new RpcError(
      status,
      raised ? error.message : error.code,
      raised ? error.details ?? "" : error.message,
    );
  };
}

function parse(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
