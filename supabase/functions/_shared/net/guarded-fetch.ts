/**
 * `fetch` for URLs that tenants enter. A name is resolved once, every address it has is checked, and
 * the connection is made to one of those addresses; TLS still asks for the name. Redirects are not
 * followed, and neither time nor size is the other side's to choose.
 *
 * By undici's `request`, because it takes the connection from us, and does so on the hosted runtime as
 * well, whose own fetch and node:https resolve names by themselves (docs/decisions/guarded-fetch.md).
 * @module
 */

import { lookup } from "node:dns/promises";
import type { Dispatcher } from "undici";
import { checkAddress, checkUrl, literalAddress, UrlNotAllowed, type UrlPolicy } from "./urls.ts";

/** Every address of a name, in the order in which they are tried. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** How requests are made. */
export interface GuardOptions extends UrlPolicy {
  /** From the request to the end of the answer; 60 s unless told. */
  readonly timeoutMs?: number;
  /** The most bytes of an answer's body, unpacked; 20 MB unless told. */
  readonly maxBytes?: number;
  /** Tests put their own in. */
  readonly resolve?: Resolver;
  /** Certificates to believe in, besides the usual; for tests. */
  readonly ca?: string;
}

/** A guarded `fetch` with the connections it keeps open. */
export interface GuardedFetch extends AsyncDisposable {
  /**
   * As `fetch`, for a URL and an init. Rejects with {@link UrlNotAllowed}, {@link AnswerTooLarge}, a
   * `TimeoutError`, the signal's reason, or a `TypeError` where the network fails.
   */
  readonly fetch: typeof globalThis.fetch;
}

/** An answer that goes on after the limit, packed or not, announced or not. */
export class AnswerTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`The answer is larger than ${maxBytes} bytes.`);
    this.name = "AnswerTooLarge";
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 20 * 1024 * 1024;

/** Statuses whose answers have no body, which Response insists on. */
const BODILESS = [204, 205, 304];

/** Opens a guarded `fetch`; dispose it to close its connections. */
export async function openGuardedFetch(options: GuardOptions): Promise<GuardedFetch> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  // Loaded by who needs it: most requests to most functions do not.
  const undici = await import("undici");
  const connect = undici.buildConnector({ timeout: CONNECT_TIMEOUT_MS, ca: options.ca });
  const agent = new undici.Agent({
    connect(target, callback) {
      // The name stays in `host`, which certificates are checked against.
      addressOf(target.hostname, options).then(
        (hostname) => connect({ ...target, hostname }, callback),
        (error) => callback(error, null),
      );
    },
  });

  async function guardedFetch(input: string | URL | Request, init?: RequestInit) {
    // Says what method, headers and bytes are meant, and refuses what makes no sense.
    const asked = new Request(input, init);
    const url = checkUrl(asked.url, options);
    const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(timeoutMs)]);
    const headers = new Headers(asked.headers);
    // By it an address that many share, such as a CDN's, would lead, and prove itself, as another host.
    headers.delete("host");
    if (!headers.has("user-agent")) headers.set("User-Agent", "Backline");
    headers.set("Accept-Encoding", "gzip");
    const answer = await undici.request(url, {
      method: asked.method as Dispatcher.HttpMethod,
      headers: Object.fromEntries(headers),
      body: asked.body && new Uint8Array(await asked.arrayBuffer()),
      signal,
      dispatcher: agent,
    }).catch((error) => {
      throw asFetchWouldSay(error, signal);
    });
    // Whoever reads the body hears of its failure; one that nobody reads must not end the process.
    answer.body.on("error", () => {});
    try {
      return asResponse(answer, maxBytes, signal);
    } catch (error) {
      answer.body.destroy();
      throw error;
    }
  }

  return {
    fetch: guardedFetch,
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** The address to connect to. One bad address spoils a name: whoever gives such answers tries things. */
async function addressOf(hostname: string, options: GuardOptions): Promise<string> {
  const literal = literalAddress(hostname) ?? (hostname.includes(":") ? hostname : null);
  const resolve = options.resolve ?? resolveBySystem;
  const addresses = literal === null ? await resolve(hostname) : [literal];
  for (const address of addresses) checkAddress(address, options);
  // Not every network has a way to IPv6.
  const address = addresses.find((it) => !it.includes(":")) ?? addresses[0];
  if (!address) throw new UrlNotAllowed("The URL's host has no address.");
  return address;
}

async function resolveBySystem(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

/** The platform's own Response, unpacked and cut off at the limit. */
function asResponse(
  { statusCode: status, headers: given, body }: Dispatcher.ResponseData,
  maxBytes: number,
  signal: AbortSignal,
): Response {
  if (status >= 300 && status < 400 && status !== 304) {
    throw new UrlNotAllowed(
      "The URL leads elsewhere by a redirect, which is not followed. Enter where it leads to.",
    );
  }
  const headers = new Headers(
    Object.entries(given).flatMap(([name, value]) =>
      [value ?? []].flat().map((it): [string, string] => [name, it])
    ),
  );
  const encoding = headers.get("content-encoding") ?? "identity";
  if (Number(headers.get("content-length")) > maxBytes) throw new AnswerTooLarge(maxBytes);
  if (!["identity", "gzip", "x-gzip"].includes(encoding)) {
    throw new TypeError(`The answer is packed as "${encoding}", which we did not ask for.`);
  }
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  const sent = ReadableStream.from(chunksOf(body, signal));
  const plain = encoding === "identity" ? sent : sent.pipeThrough(new DecompressionStream("gzip"));
  if (!BODILESS.includes(status)) {
    return new Response(plain.pipeThrough(cap(maxBytes)), { status, headers });
  }
  body.destroy();
  return new Response(null, { status, headers });
}

async function* chunksOf(body: AsyncIterable<Uint8Array<ArrayBuffer>>, signal: AbortSignal) {
  try {
    yield* body;
  } catch (error) {
    throw asFetchWouldSay(error, signal);
  }
}

/** Failures as callers know them from fetch: the signal's reason, or a TypeError. */
function asFetchWouldSay(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof UrlNotAllowed) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new TypeError(`The request failed: ${what}`, { cause: error });
}

function cap(maxBytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new AnswerTooLarge(maxBytes);
      controller.enqueue(chunk);
    },
  });
}
