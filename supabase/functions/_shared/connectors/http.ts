/**
 * Requests to a source: JSON within bounds of time, size and pace, failures under stable codes.
 * @module
 */

import type { z } from "zod";
import type { ConnectorContext, Source } from "./connector.ts";
import { RateLimited, SourceError, type SourceErrorCode } from "./errors.ts";

/** The largest answer that is read. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;
/** How long to wait where a source asks for patience but not for how much. */
const DEFAULT_RETRY_SECONDS = 60;
const MAX_RETRY_SECONDS = 24 * 60 * 60;
/** Of what a source says of its refusal. */
const MAX_EXCUSE_CHARACTERS = 200;

/** What the guarded fetch refuses, by the name of its error. */
const GUARD_ERRORS: Readonly<Record<string, SourceErrorCode>> = {
  UrlNotAllowed: "invalid_config",
  AnswerTooLarge: "too_large",
};

/** A request to a source. */
export interface SourceRequest {
  /** GET unless there is a body. */
  readonly method?: "GET" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; name its media type in the headers. */
  readonly body?: string;
}

/** A source's answer: JSON, and the headers beside it. */
export interface SourceAnswer {
  readonly headers: Headers;
  readonly body: unknown;
}

/** Sends a request and reads its JSON; throws SourceError and RateLimited. */
export type SendJson = (request: SourceRequest) => Promise<SourceAnswer>;

/** A client for a source: at its pace, and so that its credentials turn up in no message. */
export function jsonClient(
  context: ConnectorContext,
  { rateLimit }: Pick<Source, "rateLimit">,
): SendJson {
  const spacing = rateLimit ? 60_000 / rateLimit : 0;
  let next = 0;
  return async (request) => {
    const now = context.now();
    if (next > now) await context.wait(next - now);
    next = Math.max(now, next) + spacing;
    return await sendJson(context, request);
  };
}

async function sendJson(
  context: ConnectorContext,
  request: SourceRequest,
): Promise<SourceAnswer> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), context.timeoutMs);
  // Whose fault it is that nothing came: ours by stopping, or theirs.
  const failure = (code: "unavailable" | "truncated_answer", cause: unknown) => {
    context.signal.throwIfAborted();
    if (isOwn(cause)) return cause;
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    if (limit.signal.aborted || name === "TimeoutError") {
      return new SourceError("timed_out", `${place(request)} did not answer in time.`, { cause });
    }
    const guarded = GUARD_ERRORS[name];
    if (guarded) return new SourceError(guarded, message, { cause });
    return code === "unavailable"
      ? new SourceError(code, `${place(request)} cannot be reached.`, { cause })
      : new SourceError(code, `The answer of ${place(request)} breaks off.`, { cause });
  };
  try {
    const { headers, body, method = body === undefined ? "GET" : "POST" } = request;
    const response = await context.fetch(request.url, {
      method,
      headers: { Accept: "application/json", ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.any([context.signal, limit.signal]),
    }).catch((cause) => {
      throw failure("unavailable", cause);
    });
    const text = await readText(response, MAX_ANSWER_BYTES).catch((cause) => {
      throw failure("truncated_answer", cause);
    });
    if (!response.ok) throw refusal(request, response, excuse(text, context), context.now());
    return { headers: response.headers, body: parseJson(request, text) };
  } finally {
    clearTimeout(timer);
  }
}

/** Errors that say all by themselves. */
function isOwn(cause: unknown): cause is Error {
  return cause instanceof SourceError || cause instanceof RateLimited;
}

/** Where a request went, without its query: keys may stand there. */
function place({ url }: SourceRequest): string {
  return `${url.host}${url.pathname}`;
}

/** Reads a body as UTF-8, no more than `limit` bytes of it. */
export async function readText(response: Response, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  // Leaving the loop by the throw cancels the stream.
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) {
      throw new SourceError("too_large", `The answer is larger than ${limit / 1024 / 1024} MB.`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(request: SourceRequest, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message : "";
    const position = Number(/ at position (\d+)/.exec(reason)?.[1] ?? NaN);
    const isCut = text.trim() !== "" && /^\s*[[{]/.test(text) &&
      (/end of JSON|Unterminated/.test(reason) || position >= text.length);
    throw isCut
      ? new SourceError("truncated_answer", `The answer of ${place(request)} breaks off.`, {
        cause,
      })
      : new SourceError("malformed_answer", `${place(request)} did not answer with JSON.`, {
        cause,
      });
  }
}

/** What a status other than 2xx means. */
function refusal(request: SourceRequest, response: Response, said: string, now: number): Error {
  const { status, headers } = response;
  const patience = retryAfterSeconds(headers.get("retry-after"), now);
  if (status === 429 || status === 503 && patience !== null) {
    return new RateLimited(
      patience ?? DEFAULT_RETRY_SECONDS,
      `${place(request)} asks us to slow down.`,
    );
  }
  const sentence = (what: string) =>
    `${place(request)} ${what} (status ${status})${said ? `: ${said}` : "."}`;
  if (status === 401) return new SourceError("unauthorized", sentence("refused the credentials"));
  if (status === 402 || status === 403) {
    return new SourceError("forbidden", sentence("does not allow this to the account"));
  }
  if (status === 404 || status === 410) return new SourceError("not_found", sentence("is missing"));
  if (status === 408 || status === 504) {
    return new SourceError("timed_out", sentence("did not answer in time"));
  }
  if (status >= 500) return new SourceError("unavailable", sentence("failed"));
  if (status < 400) return new SourceError("request_refused", sentence("sent us elsewhere"));
  return new SourceError("request_refused", sentence("refused the request"));
}

/**
 * The message inside an error body, by the names that APIs give it. What it repeats of the credentials
 * goes before it is cut: half a secret would be recognised no more.
 */
function excuse(text: string, { redact }: ConnectorContext): string {
  let said: unknown;
  try {
    said = messageIn(JSON.parse(text));
  } catch {
    // A page for people says nothing to a program.
    return "";
  }
  if (typeof said !== "string") return "";
  return redact(said).replaceAll(/[\p{C}\s]+/gu, " ").trim().slice(0, MAX_EXCUSE_CHARACTERS)
    .toWellFormed();
}

function messageIn(body: unknown, depth = 0): unknown {
  if (typeof body !== "object" || body === null || depth > 3) return undefined;
  for (const name of ["message", "error_description", "detail", "title", "error", "errors"]) {
    const inner: unknown = Reflect.get(body, name);
    const found = typeof inner === "string"
      ? inner
      : messageIn(Array.isArray(inner) ? inner[0] : inner, depth + 1);
    if (typeof found === "string") return found;
  }
}

/** Seconds of a Retry-After header, in both of its forms; null where there is none to be read. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  const value = header?.trim() ?? "";
  if (value === "") return null;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  if (Number.isNaN(seconds)) return null;
  return Math.min(MAX_RETRY_SECONDS, Math.max(1, Math.ceil(seconds)));
}

/** The answer as a contract says it is; anything else is `wrong_shape`, named by its first fault. */
export function inShape<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SourceError(
    "wrong_shape",
    `${what} is not as documented: ${
      issue?.path.join(".") || "the whole of it"
    }: ${issue?.message}`,
  );
}
