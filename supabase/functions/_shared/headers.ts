/**
 * Headers that are the same on every answer.
 * @module
 */

/** What a browser that shows an answer may do with it: nothing. */
export const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * What guards every answer. `Cross-Origin-Resource-Policy` keeps the session that GET /auth/callback
 * answers, where a cookie may stand for the caller, out of pages that embed its address and so ask no
 * CORS. More would guard nothing: no answer runs scripts or opens windows, and headers such as
 * `X-XSS-Protection` speak to browsers long gone.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Headers of requests that pages of other origins may send. */
export const ALLOWED_HEADERS = [
  "Authorization",
  "apikey",
  "Content-Type",
  "Idempotency-Key",
  "X-Agency-Id",
  "X-Client-Info",
  "X-Request-Id",
];

/** Headers of answers that pages of other origins may read. */
export const EXPOSED_HEADERS = [
  "Content-Disposition",
  "Idempotency-Replayed",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "X-Request-Id",
];
