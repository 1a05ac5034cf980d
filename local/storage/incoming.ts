/** The file in an upload's body: the body itself, or the file part of a form. */
import { Busboy } from "@fastify/busboy";
import { Readable } from "node:stream";
import { refused, StorageError } from "./errors.ts";

/** A file on its way in; its bytes are read once, as they arrive. */
export interface IncomingFile {
  bytes: AsyncIterable<Uint8Array>;
  /** Bytes announced; null where only the form as a whole says a length. */
  length: number | null;
  mimeType: string;
  cacheControl: string;
  userMetadata: Record<string, unknown> | null;
}

/** Finds the file of a request without reading more than the form's fields before it. */
export async function incomingFile(request: Request): Promise<IncomingFile> {
  const contentType = request.headers.get("content-type") ?? "application/octet-stream";
  if (contentType.startsWith("multipart/form-data")) return await filePart(request, contentType);
  const metadata = request.headers.get("x-metadata");
  const length = request.headers.get("content-length");
  return {
    bytes: arriving(request),
    length: length === null ? null : Number(length),
    mimeType: contentType,
    cacheControl: request.headers.get("cache-control") ?? "no-cache",
    userMetadata: metadata === null ? null : userMetadata(decodeBase64(metadata)),
  };
}

/** The body's bytes; a client that goes away in between is no failure of ours. */
async function* arriving(request: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* request.body ?? [];
  } catch {
    throw new StorageError(499, "Aborted", "Request aborted");
  }
}

/** The form's file, once its part begins. Clients send the fields before it. */
function filePart(request: Request, contentType: string): Promise<IncomingFile> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingFile>();
  const none = () => reject(refused.badRequest("No content provided"));
  const fields = new Map<string, string>();
  try {
    const form = new Busboy({
      headers: { "content-type": contentType },
      limits: { fields: 10, files: 1, fieldSize: 1024 * 1024 },
    });
    form.on("field", (name: string, value: string) => fields.set(name, value));
    form.on("file", (_name: string, stream: Readable, _filename, _encoding, mimeType: string) => {
      const age = fields.get("cacheControl");
      // A form that breaks off inside the file ends the file with an error, too. Nobody may be
      // reading it: an upload can be refused before.
      form.on("error", () => stream.destroy(refused.badRequest("The form breaks off")));
      stream.on("error", () => {});
      resolve({
        bytes: stream,
        length: null,
        mimeType: fields.get("contentType") ?? mimeType,
        cacheControl: age ? `max-age=${age}` : "no-cache",
        userMetadata: userMetadata(fields.get("metadata") ?? fields.get("userMetadata") ?? ""),
      });
    });
    form.on("error", none);
    form.on("finish", none);
    const body = Readable.fromWeb((request.body ?? ReadableStream.from([])) as never);
    body.on("error", (error) => form.destroy(error));
    body.pipe(form);
  } catch {
    none();
  }
  return promise;
}

function decodeBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(text));
  } catch {
    return "";
  }
}

/** What the uploader keeps beside the file; nothing when it is no JSON object, as on hosted. */
function userMetadata(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null;
  } catch {
    return null;
  }
}
