import type { KitCodeName } from "./codes.ts";

/** The code of the envelope for each of Auth's own error codes. */
export const AUTH_CODES: Readonly<Record<string, KitCodeName>> = {
  invalid_credentials: "INVALID_CREDENTIALS",
  email_not_confirmed: "EMAIL_NOT_CONFIRMED",
  user_banned: "USER_BANNED",
  signup_disabled: "SIGNUP_DISABLED",
  email_provider_disabled: "SIGNUP_DISABLED",
  user_already_exists: "USER_ALREADY_EXISTS",
  email_exists: "USER_ALREADY_EXISTS",
  weak_password: "WEAK_PASSWORD",
  email_address_invalid: "EMAIL_ADDRESS_INVALID",
  validation_failed: "VALIDATION_FAILED",
  refresh_token_not_found: "REFRESH_TOKEN_INVALID",
  refresh_token_already_used: "REFRESH_TOKEN_INVALID",
  session_not_found: "SESSION_NOT_FOUND",
  session_expired: "SESSION_NOT_FOUND",
  bad_jwt: "INVALID_TOKEN",
  no_authorization: "INVALID_TOKEN",
  bad_code_verifier: "AUTH_CODE_INVALID",
  flow_state_not_found: "AUTH_CODE_INVALID",
  flow_state_expired: "AUTH_CODE_INVALID",
  over_request_rate_limit: "RATE_LIMITED",
  over_email_send_rate_limit: "RATE_LIMITED",
};

/** For error codes that are not listed. */
export const BY_STATUS: Readonly<Record<number, KitCodeName>> = {
  401: "INVALID_TOKEN",
  429: "RATE_LIMITED",
};

/** Codes whose reason only Auth knows: its own words are answered. */
export const SAID_BY_AUTH: ReadonlySet<KitCodeName> = new Set([
  "WEAK_PASSWORD",
  "EMAIL_ADDRESS_INVALID",
  "VALIDATION_FAILED",
  "AUTH_REFUSED",
]);
