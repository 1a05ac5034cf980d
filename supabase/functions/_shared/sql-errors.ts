/**
 * From a Data API error to the caller's. The body is PostgREST's: `code` is a SQLSTATE or a
 * PGRST code, `message` and `details` are Postgres's own words or, where a procedure raised the
 * error, its machine code and its sentence.
 * @module
 */

import { z } from "@hono/zod-openapi";
import { Problem, problem, type ProblemDetail } from "./problem.ts";
import { camel } from "./mapping.ts";

const ErrorBody = z.object({
  code: z.string(),
  message: z.string(),
  details: z.string().nullish(),
  detail: z.string().nullish(),
  hint: z.string().nullish(),
});

/** A Data API error body; Auth sends the same with `detail` where a trigger raised the error. */
export type SqlError = z.infer<typeof ErrorBody>;

/** The body as a Data API error, or `undefined` when it is something else. */
export function asSqlError(body: unknown): SqlError | undefined {
  return ErrorBody.safeParse(body).data;
}

/** The caller's problem for a Data API error. `hasToken` says whether the caller sent a token. */
export function sqlProblem(error: SqlError, hasToken: boolean): Problem {
  const { code } = error;
  if (/^PT\d{3}$/.test(code)) return raisedProblem(error);
  switch (code) {
    case "PGRST301":
    case "PGRST302":
    case "PGRST303":
      return problem(/expired/i.test(error.message) ? "TOKEN_EXPIRED" : "INVALID_TOKEN", {
        cause: error,
      });
    case "PGRST003":
    case "57014":
      return problem("UPSTREAM_TIMEOUT", { cause: error });
    case "PGRST000":
    case "PGRST001":
    case "PGRST002":
      return problem("SERVICE_UNAVAILABLE", { cause: error });
    case "42501":
      return problem(hasToken ? "PERMISSION_DENIED" : "NOT_SIGNED_IN", { cause: error });
    case "40001":
    case "40P01":
      return problem("CONFLICTING_CHANGE", { headers: { "Retry-After": "1" }, cause: error });
    case "23502":
      return problem("VALIDATION_FAILED", {
        details: [{ path: camel(quoted(error.message) ?? ""), message: "This must not be null." }],
        cause: error,
      });
    case "23505":
    case "23P01":
      return problem("ALREADY_EXISTS", { details: keyDetails(error), cause: error });
    case "23503":
      return problem(
        error.message.startsWith("update or delete") ? "STILL_REFERENCED" : "REFERENCE_NOT_FOUND",
        { details: keyDetails(error), cause: error },
      );
    case "23514":
      return constraintProblem(error);
  }
  if (/^22/.test(code)) {
    return problem("INVALID_VALUE", { sentence: sentence(error.message), cause: error });
  }
  if (/^(08|53|57P)/.test(code)) return problem("SERVICE_UNAVAILABLE", { cause: error });
  return problem("INTERNAL_ERROR", { cause: error });
}

/** A procedure raised it for the caller: `PTnnn` carries the status, `message` the code. */
function raisedProblem(error: SqlError): Problem {
  const status = Number(error.code.slice(2));
  const isCode = /^[a-z][a-z0-9_]*$/.test(error.message);
  // A status outside the range of failures, or no machine code, is a slip in a procedure.
  if (!isCode || status < 400 || status > 599) return problem("INTERNAL_ERROR", { cause: error });
  const said = error.details || error.detail || error.message.replaceAll("_", " ");
  const words = [sentence(said), error.hint].filter(Boolean).join(" ");
  return new Problem(status, error.message.toUpperCase(), words, {
    cause: error,
    headers: status === 503 ? { "Retry-After": "1" } : {},
  });
}

/** Constraints are named as statements, so that the name alone says what must hold. */
function constraintProblem(error: SqlError): Problem {
  const name = /constraint "([^"]+)"/.exec(error.message)?.[1];
  if (!name) return problem("INVALID_VALUE", { cause: error });
  const statement = name.replaceAll("_", " ");
  return new Problem(422, name.toUpperCase(), `This rule must hold: ${statement}.`, {
    cause: error,
  });
}

/** `Key (agency_id, email)=(…) already exists.` names the columns; the values stay here. */
function keyDetails(error: SqlError): ProblemDetail[] | undefined {
  const columns = /^Key \(([^)]*)\)=/.exec(error.details ?? "")?.[1]?.split(", ")
    .filter((column) => column !== "agency_id" && /^[a-z_]+$/.test(column));
  if (!columns || columns.length === 0) return undefined;
  const message = error.code === "23503" ? "Nothing matches this value." : "This value is taken.";
  return columns.map((column) => ({ path: camel(column), message }));
}

function quoted(message: string): string | undefined {
  return /"([^"]+)"/.exec(message)?.[1];
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? "" : ".");
}
