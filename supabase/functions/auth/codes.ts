/** How Auth's own error codes are answered: HTTP status, code of the envelope, sentence for a person. */
export interface AuthCode {
  /** HTTP status. */
  readonly status: number;
  /** Code in the envelope. */
  readonly code: string;
  /** Sentence; Auth's own words where there is none. */
  readonly sentence?: string;
}

const INVALID_SESSION = {
  status: 401,
  code: "SESSION_NOT_FOUND",
  sentence: "The session has ended. Sign in again.",
};
const INVALID_REFRESH_TOKEN = {
  status: 401,
  code: "REFRESH_TOKEN_INVALID",
  sentence: "The refresh token is unknown, used or revoked. Sign in again.",
};
const INVALID_TOKEN = {
  status: 401,
  code: "INVALID_TOKEN",
  sentence: "The access token is not valid. Sign in again.",
};
const USER_ALREADY_EXISTS = {
  status: 409,
  code: "USER_ALREADY_EXISTS",
  sentence: "There is already a user with this e-mail address. Sign in instead.",
};
const CODE_INVALID = {
  status: 400,
  code: "AUTH_CODE_INVALID",
  sentence: "The code is unknown, used or expired, or the verifier is not its own. Start over.",
};

/** By Auth's error code. */
export const AUTH_CODES: Readonly<Record<string, AuthCode>> = {
  invalid_credentials: {
    status: 401,
    code: "INVALID_CREDENTIALS",
    sentence: "E-mail address or password is wrong.",
  },
  email_not_confirmed: {
    status: 403,
    code: "EMAIL_NOT_CONFIRMED",
    sentence: "Confirm your e-mail address first: follow the link in the mail we sent.",
  },
  user_banned: { status: 403, code: "USER_BANNED", sentence: "This user may not sign in." },
  signup_disabled: { status: 403, code: "SIGNUP_DISABLED", sentence: "Sign-up is closed." },
  email_provider_disabled: {
    status: 403,
    code: "SIGNUP_DISABLED",
    sentence: "Sign-up by e-mail is closed.",
  },
  user_already_exists: USER_ALREADY_EXISTS,
  email_exists: USER_ALREADY_EXISTS,
  weak_password: { status: 422, code: "WEAK_PASSWORD" },
  email_address_invalid: { status: 422, code: "EMAIL_ADDRESS_INVALID" },
  validation_failed: { status: 422, code: "VALIDATION_FAILED" },
  refresh_token_not_found: INVALID_REFRESH_TOKEN,
  refresh_token_already_used: INVALID_REFRESH_TOKEN,
  session_not_found: INVALID_SESSION,
  session_expired: INVALID_SESSION,
  bad_jwt: INVALID_TOKEN,
  no_authorization: INVALID_TOKEN,
  bad_code_verifier: CODE_INVALID,
  flow_state_not_found: CODE_INVALID,
  flow_state_expired: CODE_INVALID,
  over_request_rate_limit: { status: 429, code: "RATE_LIMITED", sentence: "Too many requests." },
  over_email_send_rate_limit: { status: 429, code: "RATE_LIMITED", sentence: "Too many mails." },
};

/** What Auth refuses with a code that is not listed; its own words say why. */
export const AUTH_REFUSED = "AUTH_REFUSED";
/** What the sign-in provider refused in the callback. */
export const PROVIDER_REFUSED = "PROVIDER_REFUSED";
