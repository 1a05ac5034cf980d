/** Database errors as PostgREST answers them. */

/** What postgres.js knows about a failed statement. */
export interface DatabaseError extends Error {
  code?: string;
  detail?: string;
  hint?: string;
}

/** An error answer of the Data API. */
export interface ApiError {
  status: number;
  code: string;
  message: string;
  details: string | null;
  hint: string | null;
  headers?: Record<string, string>;
}

/** HTTP statuses by SQLSTATE or its class, as PostgREST has them; everything else is 400. */
const STATUS: Record<string, string | undefined> = Object.fromEntries(
  `23503:409 23505:409 25006:405 42883:404 42P01:404 42P17:500 53400:500 57P01:503 P0001:400
   08:503 09:500 0L:403 0P:403 25:500 28:403 2D:500 38:500 39:500 3B:500 40:500 53:503 54:500
   55:500 57:500 58:500 F0:500 HV:500 P0:500 XX:500`.split(/\s+/).map((pair) => pair.split(":")),
);

/** Translates a database error; `role` decides between 401 and 403 for a missing privilege. */
export function toApiError(error: DatabaseError, role: string): ApiError {
  const code = error.code ?? "XX000";
  if (code === "PGRST") return raisedAsJson(error);
  if (!/^[0-9A-Z]{5}$/.test(code)) {
    const message = "Database connection error. Retrying the connection.";
    return { status: 503, code: "PGRST000", message, details: error.message, hint: null };
  }
  const custom = /^PT(\d{3})$/.exec(code)?.[1];
  const status = custom !== undefined
    ? Number(custom)
    : code === "42501"
    ? (role === "anon" ? 401 : 403)
    : Number(STATUS[code] ?? STATUS[code.slice(0, 2)] ?? 400);
  return {
    status: status >= 200 && status <= 599 ? status : 500,
    code,
    message: error.message,
    details: error.detail ?? null,
    hint: error.hint ?? null,
    headers: status === 401 ? { "www-authenticate": "Bearer" } : undefined,
  };
}

/** `raise sqlstate 'PGRST'` carries the whole answer as JSON in its message and detail. */
function raisedAsJson(error: DatabaseError): ApiError {
  try {
    const body = JSON.parse(error.message), rest = JSON.parse(error.detail ?? "{}");
    return {
      status: rest.status ?? 500,
      code: body.code,
      message: body.message,
      details: body.details ?? null,
      hint: body.hint ?? null,
      headers: rest.headers,
    };
  } catch {
    return {
      status: 500,
      code: "PGRST121",
      message: "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
      details: error.message,
      hint: "MESSAGE and DETAIL must be JSON objects.",
    };
  }
}

/** An error as a response with PostgREST's body. */
export function errorResponse(error: ApiError): Response {
  const { status, headers, code, details, hint, message } = error;
  return Response.json({ code, details, hint, message }, {
    status,
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
  });
}
