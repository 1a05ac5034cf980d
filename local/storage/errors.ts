/** Errors as storage-api answers them. */
import type { DatabaseError } from "../data/errors.ts";

/** A refused request: `status` is told in the body; HTTP says 400, as hosted does. */
export class StorageError extends Error {
  constructor(
    readonly status: number,
    /** Stable name, such as NoSuchKey. */
    readonly code: string,
    message: string,
    /** The older name beside it, where there is one. */
    readonly error = code,
    /** What HTTP says. */
    readonly httpStatus = status === 500 ? 500 : 400,
  ) {
    super(message);
  }
}

/** The refusals that several endpoints share. */
export const refused = {
  bucketMissing: () =>
    new StorageError(404, "NoSuchBucket", "Bucket not found", "Bucket not found"),
  objectMissing: () => new StorageError(404, "NoSuchKey", "Object not found", "not_found"),
  denied: (message: string) => new StorageError(403, "AccessDenied", message, "Unauthorized"),
  exists: (code: string) => new StorageError(409, code, "The resource already exists", "Duplicate"),
  badRequest: (message: string) => new StorageError(400, "InvalidRequest", message),
  badKey: (key: string) => new StorageError(400, "InvalidKey", `Invalid key: ${key}`),
  badSignature: (message = "Invalid signature") =>
    new StorageError(400, "InvalidSignature", message),
  tooLarge: () =>
    new StorageError(
      413,
      "EntityTooLarge",
      "The object exceeded the maximum allowed size",
      "Payload too large",
    ),
  mimeType: (type: string) =>
    new StorageError(
      415,
      "InvalidMimeType",
      `mime type ${type} is not supported`,
      "invalid_mime_type",
    ),
  badRange: () =>
    new StorageError(416, "InvalidRange", "invalid range provided", "invalid_range", 416),
};

/** What a failed statement means to the caller. */
export function fromDatabase(error: DatabaseError): StorageError {
  switch (error.code) {
    case "42501":
      return refused.denied(
        error.message.includes("row-level security")
          ? "new row violates row-level security policy"
          : error.message,
      );
    case "22023":
      return error.message.includes("role") ? refused.denied(error.message) : unexpected(error);
    case "23505":
      return refused.exists("ResourceAlreadyExists");
    case "23503":
      return new StorageError(404, "InvalidRequest", "The related resource does not exist");
    case "22021":
    case "22P02":
      return new StorageError(400, "InvalidParameter", error.message);
    default:
      return unexpected(error);
  }
}

function unexpected(error: DatabaseError): StorageError {
  return new StorageError(500, "DatabaseError", `database error, code: ${error.code}`);
}

/** An error as the response that storage-api would send. */
export function storageErrorResponse(failure: StorageError): Response {
  const { status, code, error, message, httpStatus } = failure;
  return Response.json({ statusCode: `${status}`, code, error, message }, { status: httpStatus });
}
