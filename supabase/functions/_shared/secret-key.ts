/**
 * The project's secret key, which is above every policy. A test lists the modules that may name
 * {@link secretKeyFrom}.
 * @module
 */

import { keyFrom } from "./config.ts";

/** The secret key of the environment that hosted and local functions get. */
export function secretKeyFrom(env: Readonly<Record<string, string | undefined>>): string {
  return keyFrom(env, "SUPABASE_SECRET_KEYS", "SUPABASE_SERVICE_ROLE_KEY");
}

/**
 * How a request to the project carries the key. One of the older kind is a token and goes where tokens
 * go as well; the newer ones are none and are refused there.
 */
export function secretKeyHeaders(secretKey: string): Record<string, string> {
  const isToken = secretKey.startsWith("ey");
  return { apikey: secretKey, ...isToken ? { Authorization: `Bearer ${secretKey}` } : {} };
}
