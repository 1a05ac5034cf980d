/**
 * What the tests of the functions share: a configuration whose upstream is a function of the test.
 * @module
 */

import type { KitConfig } from "./config.ts";
import type { KitApp } from "./operation.ts";

/** An upstream call as the app made it; one to a procedure by what the dispatcher was told. */
export interface RecordedCall {
  /** Path and query, without the project's address: `/rest/v1/rpc/<procedure>`. */
  readonly path: string;
  /** HTTP method. */
  readonly method: string;
  /** Request headers. */
  readonly headers: Headers;
  /** The JSON body, parsed, or the procedure's arguments; `undefined` where there was none. */
  readonly body: unknown;
  /** Which limit a procedure's call counts against. */
  readonly rateClass?: string;
  /** The key under which the call happens once. */
  readonly idempotencyKey?: string;
}

/** A configuration with a recording upstream. */
export interface FakeUpstream {
  /** Hand this to an app's factory. */
  readonly config: KitConfig;
  /** Every upstream call so far that does something. */
  readonly calls: RecordedCall[];
  /** Every upstream call so far that only counts the request against a limit. */
  readonly charges: RecordedCall[];
  /** Every line logged so far. */
  readonly lines: string[];
}

/** An answer of the upstream: JSON with a status. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

/** How a test answers a call. */
export type Answer = (
  call: RecordedCall,
  signal: AbortSignal | null,
) => Response | Promise<Response>;

interface Dispatch {
  procedure: string | null;
  arguments?: unknown;
  rate_class: string;
  idempotency_key?: string;
}

/** What a call to the dispatcher says, in the place of the call itself. */
function read(call: RecordedCall): RecordedCall {
  if (call.path === "/rest/v1/rpc/call_export") {
    const { procedure, arguments: body } = call.body as Dispatch;
    return { ...call, path: `/rest/v1/rpc/${procedure}`, body };
  }
  if (call.path !== "/rest/v1/rpc/call_procedure") return call;
  const { procedure, arguments: body, rate_class, idempotency_key } = call.body as Dispatch;
  return {
    ...call,
    path: `/rest/v1/rpc/${procedure}`,
    body,
    rateClass: rate_class,
    idempotencyKey: idempotency_key,
  };
}

/**
 * An upstream that answers every call by `answer`, and by `charge` those that only count the request;
 * `config` overrides single settings.
 */
export function fakeUpstream(
  answer: Answer,
  config: Partial<KitConfig> = {},
  charge: Answer = () => json(null),
): FakeUpstream {
  const calls: RecordedCall[] = [];
  const charges: RecordedCall[] = [];
  const lines: string[] = [];
  const origin = "http://upstream.test";
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const call = read({
      path: request.url.slice(origin.length),
      method: request.method,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    });
    const counts = call.path === "/rest/v1/rpc/null";
    (counts ? charges : calls).push(call);
    return await (counts ? charge : answer)(call, init?.signal ?? null);
  };
  return {
    calls,
    charges,
    lines,
    config: {
      supabaseUrl: origin,
      publishableKey: "sb_publishable_test",
      allowedOrigins: "*",
      addressHeader: "x-forwarded-for",
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
