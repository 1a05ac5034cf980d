/**
 * What the tests of the functions share: a configuration whose upstream is a function of the test.
 * @module
 */

import type { KitConfig } from "./config.ts";
import type { KitApp } from "./operation.ts";

/** An upstream call as the app made it. */
export interface RecordedCall {
  /** Path and query, without the project's address. */
  readonly path: string;
  /** HTTP method. */
  readonly method: string;
  /** Request headers. */
  readonly headers: Headers;
  /** The JSON body, parsed; `undefined` where there was none. */
  readonly body: unknown;
}

/** A configuration with a recording upstream. */
export interface FakeUpstream {
  /** Hand this to an app's factory. */
  readonly config: KitConfig;
  /** Every upstream call so far. */
  readonly calls: RecordedCall[];
  /** Every line logged so far. */
  readonly lines: string[];
}

/** An answer of the upstream: JSON with a status. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

/** An upstream that answers every call by `answer`; `config` overrides single settings. */
export function fakeUpstream(
  answer: (call: RecordedCall, signal: AbortSignal | null) => Response | Promise<Response>,
  config: Partial<KitConfig> = {},
): FakeUpstream {
  const calls: RecordedCall[] = [];
  const lines: string[] = [];
  const origin = "http://upstream.test";
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const call: RecordedCall = {
      path: request.url.slice(origin.length),
      method: request.method,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    calls.push(call);
    return await answer(call, init?.signal ?? null);
  };
  return {
    calls,
    lines,
    config: {
      supabaseUrl: origin,
      publishableKey: "sb_publishable_test",
      allowedOrigins: "*",
      timeoutMs: 60_000,
      fetch,
      log: (line) => lines.push(line),
      ...config,
    },
  };
}

/** What {@link send} sends besides method and path. */
export interface SendOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly raw?: BodyInit;
  /** The access token; `null` for none. */
  readonly token?: string | null;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to an app, by default with a token and as JSON. */
export async function send(
  app: KitApp,
  method: string,
  path: string,
  { body, raw, token = "user.access.token", headers = {} }: SendOptions = {},
): Promise<Response> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return await app.request(path, {
    method,
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    body: sent,
  });
}
