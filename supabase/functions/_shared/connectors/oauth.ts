/**
 * Access tokens that run out: kept in the credentials, renewed before and when a source refuses them.
 * @module
 */

import { z } from "zod";
import type { ConnectorContext, JsonObject } from "./connector.ts";
import { SourceError } from "./errors.ts";
import { inShape, type SendJson, type SourceAnswer, type SourceRequest } from "./http.ts";

/** A token is renewed so long before it runs out, against clocks that differ. */
const MARGIN_MS = 60_000;

/** What renewing needs and gets. */
export interface OAuthCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken?: string;
  readonly accessToken?: string;
  /** When the access token runs out, in milliseconds since 1970. */
  readonly expiresAt?: number;
}

const TokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});

/** How a source gives out tokens. */
export interface TokenEndpoint {
  readonly url: string;
  /** Whether client id and secret alone suffice where there is no refresh token. */
  readonly clientCredentials: boolean;
}

/** A client that signs its requests with an access token, and renews it where it must. */
export function oauthClient(
  send: SendJson,
  context: ConnectorContext,
  endpoint: TokenEndpoint,
  credentials: OAuthCredentials,
): SendJson {
  let current = credentials;

  async function renew(): Promise<void> {
    const grant = grantFor(endpoint, current);
    const answer = await send({
      url: new URL(endpoint.url),
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        ...grant,
        client_id: current.clientId,
        client_secret: current.clientSecret,
      }).toString(),
    }).catch((error: unknown) => {
      // 400 invalid_grant: the refresh token ran out or was withdrawn.
      const isRefusal = error instanceof SourceError && error.code === "request_refused";
      throw isRefusal
        ? new SourceError("unauthorized", "The token could not be renewed: sign in again.", {
          cause: error,
        })
        : error;
    });
    const token = inShape(TokenAnswer, answer.body, "The token endpoint's answer");
    current = {
      ...current,
      accessToken: token.access_token,
      refreshToken: token.refresh_token ?? current.refreshToken,
      expiresAt: token.expires_in === undefined
        ? undefined
        : context.now() + token.expires_in * 1000,
    };
    const stored: JsonObject = { ...current };
    // Stored before it is used: where a provider changes the refresh token, the old one is worthless.
    await context.renewCredentials(stored);
  }

  const signed = (request: SourceRequest): Promise<SourceAnswer> =>
    send({
      ...request,
      headers: { ...request.headers, Authorization: `Bearer ${current.accessToken}` },
    });

  return async (request) => {
    const runsOut = current.expiresAt ?? Infinity;
    const isFresh = current.accessToken !== undefined && runsOut - MARGIN_MS > context.now();
    if (!isFresh) await renew();
    try {
      return await signed(request);
    } catch (error) {
      const wasRefused = error instanceof SourceError && error.code === "unauthorized";
      if (!wasRefused || !isFresh || !canRenew(endpoint, current)) throw error;
    }
    await renew();
    return await signed(request);
  };
}

function canRenew(endpoint: TokenEndpoint, credentials: OAuthCredentials): boolean {
  return endpoint.clientCredentials || credentials.refreshToken !== undefined;
}

function grantFor(
  endpoint: TokenEndpoint,
  { refreshToken }: OAuthCredentials,
): Record<string, string> {
  if (refreshToken) return { grant_type: "refresh_token", refresh_token: refreshToken };
  if (endpoint.clientCredentials) return { grant_type: "client_credentials" };
  throw new SourceError("unauthorized", "The access token ran out: sign in again.");
}
