/**
 * A token endpoint (RFC 6749), and which of its tokens are good.
 * @module
 */

import type { Asked } from "./server.ts";

/** What a token endpoint accepts. */
export interface TokenOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly refreshToken?: string;
  /** Whether each use of the refresh token gives another one and ends the old. */
  readonly rotates?: boolean;
  /** Access tokens that are good from the start. */
  readonly accessTokens?: readonly string[];
}

/** A token endpoint's state. */
export interface Tokens {
  /** Answers a token request. */
  answer(asked: Asked): Response;
  /** Whether a request carries a token that is good. */
  isSigned(asked: Asked): boolean;
  /** Ends every access token. */
  expire(): void;
  /** How many were given out. */
  readonly given: () => number;
}

/** Makes a token endpoint. */
export function tokens(options: TokenOptions = {}): Tokens {
  const { clientId = "client", clientSecret = "client-secret", rotates = false } = options;
  let refreshToken = options.refreshToken ?? "refresh-0";
  let good = new Set(options.accessTokens ?? []);
  let given = 0;
  return {
    given: () => given,
    expire: () => good = new Set(),
    isSigned: ({ headers }) =>
      good.has(headers.get("authorization")?.replace(/^Bearer /, "") ?? ""),
    answer({ headers, body }) {
      const form = new URLSearchParams(body);
      const basic = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
      const isClient = headers.get("authorization") === basic ||
        form.get("client_id") === clientId && form.get("client_secret") === clientSecret;
      if (!isClient) return Response.json({ error: "invalid_client" }, { status: 401 });
      const grant = form.get("grant_type");
      const isGranted = grant === "client_credentials" ||
        grant === "refresh_token" && form.get("refresh_token") === refreshToken;
      if (!isGranted) {
        const error_description = "The provided authorization grant is invalid or expired";
        return Response.json({ error: "invalid_grant", error_description }, { status: 400 });
      }
      const token = `access-${++given}`;
      good = new Set([token]);
      if (rotates) refreshToken = `refresh-${given}`;
      return Response.json({
        access_token: token,
        token_type: "Bearer",
        expires_in: 3600,
        ...(grant === "refresh_token" ? { refresh_token: refreshToken } : {}),
      });
    },
  };
}
