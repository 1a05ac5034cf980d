import type { Context } from "hono";
import { problem, type ProblemDetail } from "./problem.ts";
import { jsonFault } from "./json-fault.ts";

/** The largest body of an ordinary request. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** The largest body of an import. */
export const MAX_IMPORT_BYTES = 10 * 1024 * 1024;
/** Objects and arrays inside each other; deeper ones would cost the database its stack. */
export const MAX_DEPTH = 64;

/** Refuses what announces itself as larger than `limit`, before a byte is read. */
export function checkAnnouncedLength(headers: Headers, limit: number): void {
  const announced = Number(headers.get("content-length") ?? 0);
  if (announced > limit) throw tooLarge(limit);
}

/**
 * Reads the request's JSON body: size, media type, encoding, syntax and what Postgres cannot store
 * are checked here, so that validators and procedures see only sound values. `undefined` stands for
 * no body at all.
 */
export async function readJson(c: Context, limit: number): Promise<unknown> {
  checkAnnouncedLength(c.req.raw.headers, limit);
  const bytes = await readBytes(c.req.raw.body, limit);
  if (bytes.byteLength === 0) return undefined;
  checkMediaType(c.req.raw.headers);

  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw problem("MALFORMED_JSON", { sentence: "The body is not valid UTF-8.", cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? cause.message : "";
    throw problem("MALFORMED_JSON", { sentence: jsonFault(text, reason), cause });
  }
  checkStorable(value);
  return value;
}

/** Reads a body of no more than `limit` bytes. */
export async function readBytes(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array> {
  if (!stream) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by the throw cancels the stream.
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(limit: number): Error {
  return problem("BODY_TOO_LARGE", {
    sentence: `The body is larger than the ${limit / 1024 / 1024} MB this endpoint takes.`,
  });
}

function checkMediaType(headers: Headers): void {
  const type = headers.get("content-type") ?? "";
  const encoding = headers.get("content-encoding") ?? "identity";
  const isJson = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(type.trim());
  if (!isJson || encoding.toLowerCase() !== "identity") throw problem("UNSUPPORTED_MEDIA_TYPE");
}

/**
 * Refuses what Postgres cannot store, wherever in a body or a query it hides. Walks the value without
 * recursion: the depth is the caller's choice.
 */
export function checkStorable(root: unknown): void {
  const open: { value: unknown; path: readonly string[] }[] = [{ value: root, path: [] }];
  const faults: ProblemDetail[] = [];
  for (let node = open.pop(); node && faults.length < 20; node = open.pop()) {
    const { value, path } = node;
    const fault = scalarFault(value);
    if (fault) faults.push({ path: path.join("."), message: fault });
    if (typeof value !== "object" || value === null) continue;
    if (path.length >= MAX_DEPTH) {
      throw problem("VALIDATION_FAILED", {
        details: [{
          path: path.slice(0, 3).join("."),
          message: `Values may lie at most ${MAX_DEPTH} levels deep.`,
        }],
      });
    }
    for (const [key, inner] of Object.entries(value)) {
      const keyFault = scalarFault(key);
      if (keyFault) faults.push({ path: path.join("."), message: `A key: ${keyFault}` });
      // Sound scalars, nearly all there is, need no second look.
      if (typeof inner === "object" || scalarFault(inner)) {
        open.push({ value: inner, path: [...path, key] });
      }
    }
  }
  if (faults.length > 0) throw problem("VALIDATION_FAILED", { details: faults });
}

/** What Postgres refuses in a text (a NUL, half of a surrogate pair), and numbers JSON cannot pass on. */
function scalarFault(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return "This number is too large.";
  if (typeof value !== "string") return undefined;
  if (value.includes("\0")) return "Text must not contain the NUL character.";
  if (!value.isWellFormed()) return "Text must not contain half of a surrogate pair.";
}
