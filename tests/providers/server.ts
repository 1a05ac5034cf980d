/**
 * The local server that the fake providers are made of. It remembers what it was asked and can be told
 * to misbehave, a request at a time.
 * @module
 */

/** What was asked. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** How a provider answers. */
export type Answer = (asked: Asked) => Response | Promise<Response>;

/** A way to misbehave: an answer in place of the documented one. */
export type Fault = Response | "hang" | "cut" | "break";

/** A provider on loopback. */
export interface FakeProvider extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** Every request so far. */
  readonly asked: Asked[];
  /**
   * What the next requests get, in this order; null for the documented answer. `hang` never answers,
   * `cut` ends the JSON in the middle, `break` ends the connection there.
   */
  misbehave(...faults: (Fault | null)[]): void;
}

/** Serves a provider until it is disposed. */
export function serve(answer: Answer): FakeProvider {
  const asked: Asked[] = [];
  const faults: (Fault | null)[] = [];
  const over = Promise.withResolvers<Response>();
  const stop = new AbortController();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", signal: stop.signal, onListen() {} },
    async (request) => {
      const { method, headers } = request;
      const one = { method, url: new URL(request.url), headers, body: await request.text() };
      asked.push(one);
      const fault = faults.shift();
      if (fault instanceof Response) return fault;
      if (fault === "hang") return await over.promise;
      const response = await answer(one);
      return fault ? await half(response, fault) : response;
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    misbehave: (...more) => faults.push(...more),
    async [Symbol.asyncDispose]() {
      over.resolve(new Response());
      stop.abort();
      await server.finished;
    },
  };
}

/** The first half of an answer, ended or broken off. */
async function half(response: Response, fault: "cut" | "break"): Promise<Response> {
  const text = await response.text();
  const first = text.slice(0, Math.ceil(text.length / 2));
  const { status, headers } = response;
  if (fault === "cut") return new Response(first, { status, headers });
  const body = ReadableStream.from((async function* () {
    yield await Promise.resolve(new TextEncoder().encode(first));
    throw new Error("broken off on purpose");
  })());
  return new Response(body, { status, headers });
}

/** A 429 with how long to wait. */
export function tooMany(retryAfter: string, body: unknown = { error: "slow down" }): Response {
  return Response.json(body, { status: 429, headers: { "Retry-After": retryAfter } });
}
