/**
 * Who may call the worker: whoever has the secret key, and the database's clock, whose calls are
 * signed so that they need not carry that key.
 * @module
 */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { problem } from "../_shared/problem.ts";

/** How old a signed call may be, and how far ahead its clock. */
const MAX_SKEW_SECONDS = 300;

/** What calls are held against. */
export interface AccessOptions {
  readonly secretKey: string;
  /** Shared with the vault of the database; without one signed calls are refused. */
  readonly cronSecret?: string;
  /** The time in milliseconds since the epoch. */
  now(): number;
}

/** Refuses a call that has neither the secret key as `apikey` nor a good signature of its body. */
export function authorizeCall(headers: Headers, body: string, options: AccessOptions): void {
  const key = headers.get("apikey");
  if (key && options.secretKey && isSame(key, options.secretKey)) return;
  const at = headers.get("x-backline-timestamp") ?? "";
  const signature = headers.get("x-backline-signature");
  if (options.cronSecret && signature && /^\d{1,12}$/.test(at)) {
    const age = Math.abs(options.now() / 1000 - Number(at));
    if (age <= MAX_SKEW_SECONDS && isSame(signature, sign(at, body, options.cronSecret))) return;
  }
  throw problem("NOT_SIGNED_IN", {
    sentence: "The worker answers the secret key and signed calls of the database alone.",
  });
}

/** The signature of a call: hex HMAC-SHA256 of `<timestamp>.<body>`. */
export function sign(at: string, body: string, secret: string): string {
  return createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
}

/** Takes as long whatever differs; of digests, since what is compared may differ in length. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
