/**
 * Files of the bucket `imports`, opened for a connector.
 * @module
 */

import type { Download } from "./connector.ts";
import { SourceError } from "./errors.ts";

/** How files are fetched. */
export interface ImportsBucket {
  /** The project's address, without a slash at the end. */
  readonly supabaseUrl: string;
  /** What signs the requests in. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whose job it is: the headers open every agency's files, and no other's may be read. */
  readonly agencyId: string;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

/** Opens files of one agency; throws SourceError. What comes is read without ever being held whole. */
export function importsBucket(
  { supabaseUrl, headers, agencyId, fetch, signal }: ImportsBucket,
): (path: string, from: number) => Promise<Download> {
  return async (path, from) => {
    const segments = path.split("/");
    const isOwn = segments[0] === agencyId && segments.length > 1 &&
      segments.every((segment) => !["", ".", ".."].includes(segment));
    // As for a file that is not there: whose it is, is nobody's business.
    if (!isOwn) throw missing();
    const where = segments.map(encodeURIComponent).join("/");
    const response = await fetch(
      `${supabaseUrl}/storage/v1/object/authenticated/imports/${where}`,
      {
        // One byte before: storages differ in what they answer behind the last one, S3's is 400.
        // Packed on the way, a file has neither its length nor its own ETag.
        headers: {
          ...headers,
          "Accept-Encoding": "identity",
          ...(from > 0 ? { Range: `bytes=${from - 1}-` } : {}),
        },
        signal,
      },
    ).catch((cause) => {
      signal.throwIfAborted();
      throw new SourceError("unavailable", "The storage cannot be reached.", { cause });
    });
    if (response.ok && response.body) {
      const offset = response.status === 206 ? from - 1 : 0;
      return {
        body: response.body,
        offset,
        size: sizeOf(response),
        etag: etagOf(response),
      };
    }
    await response.body?.cancel();
    // Storage answers 400 for what is not there.
    if (response.status < 500) throw missing();
    throw new SourceError("unavailable", `The storage failed (status ${response.status}).`);
  };
}

function missing(): Error {
  return new SourceError("not_found", "There is no such file in the bucket imports.");
}

/** The file's mark; whether it is a weak one depends on the way it came. */
function etagOf({ headers }: Response): string | null {
  return headers.get("etag")?.replace(/^W\//, "") ?? null;
}

/** The whole file's length, from the range or from the length of what comes. */
function sizeOf({ status, headers }: Response): number | null {
  const total = status === 206
    ? /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1]
    : headers.has("content-encoding")
    // The length of what is packed says nothing.
    ? undefined
    : headers.get("content-length") ?? undefined;
  return total === undefined ? null : Number(total);
}
