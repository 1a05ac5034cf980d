import { z } from "@hono/zod-openapi";
import { AUTH_CODES, BY_STATUS, SAID_BY_AUTH } from "./auth-codes.ts";
import { type Problem, problem } from "./problem.ts";
import { asSqlError, sqlProblem } from "./sql-errors.ts";
import { readUpstreamJson } from "./upstream.ts";

/** Auth answers `{error_code, msg}`, or `{code, message}` where a newer version is asked for. */
const AuthError = z.object({
  code: z.unknown(),
  error_code: z.string().optional(),
  msg: z.string().optional(),
  message: z.string().optional(),
  error_description: z.string().optional(),
});

/** What Auth answered; its errors become the envelope's. */
export async function readAuthAnswer(response: Response): Promise<unknown> {
  const answer = await readUpstreamJson(response);
  if (response.ok) return answer;
  throw authProblem(response, answer);
}

function authProblem(response: Response, body: unknown): Problem {
  const sqlError = asSqlError(body);
  // A trigger on auth.users refused, for example an invitation that is not open.
  if (sqlError && /^(PT\d{3}|[0-9A-Z]{5})$/.test(sqlError.code)) return sqlProblem(sqlError, false);

  const cause = { status: response.status, body };
  const error = AuthError.safeParse(body).data;
  if (!error || response.status >= 500) return problem("UPSTREAM_UNAVAILABLE", { cause });
  const name = error.error_code ?? (typeof error.code === "string" ? error.code : "");
  const known = Object.hasOwn(AUTH_CODES, name) ? AUTH_CODES[name] : undefined;
  const code = known ?? BY_STATUS[response.status] ?? "AUTH_REFUSED";
  const said = error.msg ?? error.message ?? error.error_description;
  const retryAfter = response.headers.get("retry-after") ?? "60";
  return problem(code, {
    cause,
    sentence: SAID_BY_AUTH.has(code) ? said : undefined,
    headers: code === "RATE_LIMITED" ? { "Retry-After": retryAfter } : {},
  });
}
