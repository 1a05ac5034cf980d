/**
 * The bytes of a CSV file, from the config itself or from the storage, a chunk at a time.
 * @module
 */

import { Buffer } from "node:buffer";
import type { ConnectorContext, Download } from "../connector.ts";
import { SourceError } from "../errors.ts";

/** The largest file that is read. */
export const MAX_FILE_BYTES = 200 * 1024 * 1024;

/** Where a file is: in the config, or in the storage's bucket `imports`. */
export interface FileLocation {
  readonly path?: string;
  readonly text?: string;
}

/** An opened file. */
export interface CsvFile {
  /** The whole file's length in bytes, where it is known. */
  readonly size: number | null;
  /** Changes when the file does. */
  readonly etag: string | null;
  /** The bytes from where it was opened; to be read once. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** Gives up what has not been read. */
  close(): Promise<void>;
}

/** Opens the file at the byte `from`. */
export async function openFile(
  { path, text }: FileLocation,
  from: number,
  context: ConnectorContext,
): Promise<CsvFile> {
  if (path === undefined && text === undefined) {
    throw new SourceError("invalid_config", "Neither the data source nor the job names a file.");
  }
  const download = path === undefined
    ? await inline(text ?? "", from)
    : await downloadInTime(path, from, context);
  const { size, etag } = download;
  if (size !== null && size > MAX_FILE_BYTES) {
    await download.body.cancel();
    throw tooLarge();
  }
  const reader = download.body.getReader();
  return {
    size,
    etag,
    chunks: () => readFrom(reader, download, from, context),
    close: () => reader.cancel().catch(() => {}),
  };
}

async function downloadInTime(
  path: string,
  from: number,
  context: ConnectorContext,
): Promise<Download> {
  const download = context.download(path, from);
  try {
    return await inTime(download, context);
  } catch (error) {
    // One that comes after all is not left open.
    download.then(({ body }) => body.cancel()).catch(() => {});
    throw error;
  }
}

async function inline(text: string, from: number): Promise<Download> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return {
    body: new Blob([bytes.subarray(from)]).stream(),
    offset: from,
    size: bytes.length,
    etag: Buffer.from(hash).toString("hex"),
  };
}

function tooLarge(): Error {
  return new SourceError(
    "too_large",
    `The file is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB. Split it.`,
  );
}

/** The chunks behind the byte `from`, each within the time limit; fewer than announced is an error. */
async function* readFrom(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { offset, size }: Download,
  from: number,
  context: ConnectorContext,
): AsyncGenerator<Uint8Array> {
  let position = offset;
  for (;;) {
    const chunk = await inTime(reader.read(), context);
    if (chunk.done) break;
    position += chunk.value.length;
    if (position > MAX_FILE_BYTES) throw tooLarge();
    // A storage that serves only whole files begins before where we want to.
    const wanted = Math.min(chunk.value.length, position - from);
    if (wanted > 0) yield chunk.value.subarray(chunk.value.length - wanted);
  }
  if (size !== null && position < size) {
    throw new SourceError("truncated_answer", "The file broke off while it was read.");
  }
}

/** The promise's value unless it takes longer than an answer may. */
async function inTime<T>(promise: Promise<T>, context: ConnectorContext): Promise<T> {
  context.signal.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const stop = () => reject(context.signal.reason);
  context.signal.addEventListener("abort", stop, { once: true });
  const timer = setTimeout(
    () => reject(new SourceError("timed_out", "The file's next part did not come in time.")),
    context.timeoutMs,
  );
  try {
    return await Promise.race([promise, ended]);
  } catch (cause) {
    context.signal.throwIfAborted();
    if (cause instanceof SourceError) throw cause;
    throw new SourceError("truncated_answer", "The file broke off while it was read.", { cause });
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener("abort", stop);
  }
}

/** The first bytes of a file, and the whole of it again. */
export async function peek(
  chunks: AsyncGenerator<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; isWhole: boolean; chunks: AsyncGenerator<Uint8Array> }> {
  const first: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  while (size < length) {
    const next = await chunks.next();
    if (next.done) {
      isWhole = true;
      break;
    }
    first.push(next.value);
    size += next.value.length;
  }
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of first) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  async function* again() {
    if (all.length > 0) yield all;
    yield* chunks;
  }
  return { head: all.subarray(0, length), isWhole: isWhole && size <= length, chunks: again() };
}
