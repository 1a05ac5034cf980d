/** Errors as GoTrue answers them. */
import type { DatabaseError } from "../data/errors.ts";

/** A refusal with GoTrue's machine code. */
export class AuthError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The database's own error behind a 500, and more members of the body. */
    readonly extra: { database?: DatabaseError; body?: Record<string, unknown> } = {},
  ) {
    super(message);
  }
}

/** The API version since which `code` holds the machine code instead of the status. */
const VERSION = "2024-01-01";

/** Codes of Postgres that GoTrue tells to callers of the first API version. */
const PUBLIC_SQLSTATE = /^(P0001|2300[01]|23502|23503|23505|23514|23P01)$/;

/** Runs a statement whose failure (a trigger's error, say) GoTrue hides behind a sentence. */
export async function hiding<T>(sentence: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AuthError) throw error;
    throw new AuthError(500, "unexpected_failure", sentence, { database: error as DatabaseError });
  }
}

/** An error as a response, in the form the caller's API version asks for. */
export function authErrorResponse(error: AuthError, request: Request): Response {
  const { status, code, message, extra } = error;
  const headers: Record<string, string> = { "x-sb-error-code": code };
  if ((request.headers.get("x-supabase-api-version") ?? "") >= VERSION) {
    headers["x-supabase-api-version"] = VERSION;
    return Response.json({ code, message, ...extra.body }, { status, headers });
  }
  const sqlstate = extra.database?.code ?? "";
  const custom = /^PT(\d{3})$/.exec(sqlstate)?.[1];
  if (custom || PUBLIC_SQLSTATE.test(sqlstate)) {
    const { message, hint, detail } = extra.database ?? {};
    return Response.json({ code: sqlstate, message, hint, detail }, {
      status: custom ? Number(custom) : 500,
      headers,
    });
  }
  return Response.json({ code: status, error_code: code, msg: message, ...extra.body }, {
    status,
    headers,
  });
}
