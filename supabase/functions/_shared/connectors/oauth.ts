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
  readonly clientId?: string;
  readonly clientSecret?: string;
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
  /** Where client id and secret go: into a header (RFC 6749, 2.3.1), or beside the rest. */
  readonly clientIn: "header" | "body";
  /** The scope asked for where client id and secret suffice without a refresh token; null: never. */
  readonly clientScope: string | null;
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
    const answer = await send({
      ...tokenRequest(endpoint, current),
      url: new URL(endpoint.url),
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
      if (!wasRefused || !isFresh || !grantOf(endpoint, current)) throw error;
    }
    await renew();
    return await signed(request);
  };
}

function grantOf(
  { clientScope }: TokenEndpoint,
  { clientId, clientSecret, refreshToken }: OAuthCredentials,
): Record<string, string> | undefined {
  if (!clientId || !clientSecret) return undefined;
  if (refreshToken) return { grant_type: "refresh_token", refresh_token: refreshToken };
  return clientScope === null
    ? undefined
    : { grant_type: "client_credentials", scope: clientScope };
}

function tokenRequest(
  endpoint: TokenEndpoint,
  credentials: OAuthCredentials,
): Pick<SourceRequest, "headers" | "body"> {
  const grant = grantOf(endpoint, credentials);
  if (!grant) throw new SourceError("unauthorized", "The access token ran out: sign in again.");
  const { clientId = "", clientSecret = "" } = credentials;
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  if (endpoint.clientIn === "body") {
    const form = { ...grant, client_id: clientId, client_secret: clientSecret };
    return { headers, body: new URLSearchParams(form).toString() };
  }
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return {
    headers: { ...headers, Authorization: `Basic ${btoa(pair)}` },
    body: new URLSearchParams(grant).toString(),
  };
}
