/**
 * Calls procedures with the secret key, which is above every policy. This is the one module by which
 * workers use it, and what it calls asks for it (`private.require_service`).
 * @module
 */

import { asSqlError } from "../_shared/sql-errors.ts";
import { RpcError, type TaskContext } from "./handler.ts";

/** Where and as whom to call. */
export interface ServiceOptions {
  /** The project's address, without a slash at the end. */
  readonly supabaseUrl: string;
  readonly secretKey: string;
  readonly fetch: typeof globalThis.fetch;
}

/** How long one call may take; procedures for workers work in batches that are far shorter. */
const TIMEOUT_MS = 60_000;

/** A function that calls procedures of the project with the secret key. */
export function createService(
  { supabaseUrl, secretKey, fetch }: ServiceOptions,
): TaskContext["rpc"] {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "apikey": secretKey,
    // A key of the older kind is a token, and wants to be sent as one.
    ...(secretKey.startsWith("ey") ? { Authorization: `Bearer ${secretKey}` } : {}),
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
