/**
 * The errors the HTTP layer answers by itself. Everything else comes from SQL, where a procedure
 * raises its own code.
 * @module
 */

/** What a code of the HTTP layer stands for: its status and its sentence for a person. */
export interface KitCode {
  /** HTTP status. */
  readonly status: number;
  /** The sentence answered in `error` unless the place that fails has a better one. */
  readonly sentence: string;
}

/** Every code that is made here and not in SQL. */
export const KIT_CODES = {
  MALFORMED_JSON: { status: 400, sentence: "The body is not valid JSON." },
  MALFORMED_REQUEST: { status: 400, sentence: "The request is malformed." },
  AUTH_CODE_INVALID: {
    status: 400,
    sentence: "The code is unknown, used or expired, or the verifier is not its own. Start over.",
  },
  AUTH_REFUSED: { status: 400, sentence: "The sign-in service refused the request." },
  NOT_SIGNED_IN: {
    status: 401,
    sentence: "This needs a signed-in user. Send the access token as a bearer token.",
  },
  INVALID_TOKEN: { status: 401, sentence: "The access token is not valid. Sign in again." },
  TOKEN_EXPIRED: { status: 401, sentence: "The access token has expired. Refresh it." },
  INVALID_CREDENTIALS: { status: 401, sentence: "E-mail address or password is wrong." },
  REFRESH_TOKEN_INVALID: {
    status: 401,
    sentence: "The refresh token is unknown, used or revoked. Sign in again.",
  },
  SESSION_NOT_FOUND: { status: 401, sentence: "The session has ended. Sign in again." },
  PROVIDER_REFUSED: { status: 401, sentence: "The sign-in provider refused." },
  EMAIL_NOT_CONFIRMED: {
    status: 403,
    sentence: "Confirm your e-mail address first: follow the link in the mail we sent.",
  },
  USER_BANNED: { status: 403, sentence: "This user may not sign in." },
  SIGNUP_DISABLED: { status: 403, sentence: "Sign-up is closed." },
  PERMISSION_DENIED: { status: 403, sentence: "Your roles do not allow this." },
  ROUTE_NOT_FOUND: { status: 404, sentence: "There is no such endpoint." },
  METHOD_NOT_ALLOWED: {
    status: 405,
    sentence: "This endpoint does not answer this method. The Allow header lists those it does.",
  },
  USER_ALREADY_EXISTS: {
    status: 409,
    sentence: "There is already a user with this e-mail address. Sign in instead.",
  },
  ALREADY_EXISTS: { status: 409, sentence: "A row with these values already exists." },
  STILL_REFERENCED: { status: 409, sentence: "Other rows still refer to this one." },
  CONFLICTING_CHANGE: {
    status: 409,
    sentence: "Another request changed the same data at the same time. Send this one again.",
  },
  BODY_TOO_LARGE: { status: 413, sentence: "The body is too large." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    sentence: "The body must be sent as application/json in UTF-8, without compression.",
  },
  VALIDATION_FAILED: { status: 422, sentence: "Some values are not valid. See details." },
  INVALID_VALUE: { status: 422, sentence: "A value does not have the form it needs." },
  REFERENCE_NOT_FOUND: {
    status: 422,
    sentence: "A value refers to something that does not exist.",
  },
  WEAK_PASSWORD: { status: 422, sentence: "The password is too easy to guess." },
  CREDENTIALS_UNREADABLE: {
    status: 422,
    sentence: "The kept credentials cannot be opened. Enter them again.",
  },
  SOURCE_CREDENTIALS_REFUSED: {
    status: 422,
    sentence: "The source refuses the credentials.",
  },
  SOURCE_SETTINGS_REFUSED: {
    status: 422,
    sentence: "The source cannot be read with these settings.",
  },
  EMAIL_ADDRESS_INVALID: { status: 422, sentence: "No mail can be sent to this address." },
  RATE_LIMITED: { status: 429, sentence: "Too many requests. Retry-After says when to go on." },
  INTERNAL_ERROR: {
    status: 500,
    sentence: "Something went wrong on our side. Tell us the requestId if it stays.",
  },
  SOURCE_UNAVAILABLE: {
    status: 502,
    sentence: "The source cannot be reached, or its answer is of no use.",
  },
  UPSTREAM_UNAVAILABLE: {
    status: 502,
    sentence: "The service behind this endpoint cannot be reached. Try again shortly.",
  },
  SOURCE_BUSY: {
    status: 503,
    sentence: "The source asks for patience. Retry-After says how much.",
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    sentence: "The database does not take requests right now. Try again shortly.",
  },
  CREDENTIAL_KEYS_INVALID: {
    status: 503,
    sentence: "Credentials cannot be kept: CREDENTIAL_KEYS is missing or faulty.",
  },
  NOT_READY: { status: 503, sentence: "The system is not ready. Details name the failing checks." },
  SOURCE_TIMED_OUT: { status: 504, sentence: "The source did not answer in time." },
  UPSTREAM_TIMEOUT: { status: 504, sentence: "The request took too long and was stopped." },
} as const satisfies Record<string, KitCode>;

/** The name of a code of the HTTP layer. */
export type KitCodeName = keyof typeof KIT_CODES;
