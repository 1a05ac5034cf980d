/**
 * Headers that are the same on every answer. They are put on the context before there is an answer:
 * whoever changes an answer's headers afterwards has it made a second time.
 * @module
 */

/** What a browser that shows an answer may do with it: nothing. */
export const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * What guards every answer: with `Cache-Control` and `Content-Type` what OWASP asks of an API. Headers
 * against a page's neighbours and embedders (`Cross-Origin-*-Policy`, `Origin-Agent-Cluster`) have
 * nothing to guard: no answer runs scripts, and no browser sends credentials along by itself, so that
 * whoever embeds one gets what everybody gets. The other `X-` headers speak to browsers long gone.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
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
