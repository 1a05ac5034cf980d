/**
 * Headers that are the same on every answer. They are put on the context before there is an answer:
 * whoever changes an answer's headers afterwards has it made a second time.
 * @module
 */

/** What a browser that shows an answer may do with it: nothing. */
export const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** What guards every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Origin-Agent-Cluster": "?1",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-DNS-Prefetch-Control": "off",
  "X-Download-Options": "noopen",
  "X-Frame-Options": "DENY",
  "X-Permitted-Cross-Domain-Policies": "none",
  "X-XSS-Protection": "0",
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
