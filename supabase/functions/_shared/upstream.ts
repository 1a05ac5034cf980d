import type { KitContext } from "./operation.ts";
import type { Database } from "./database.types.ts";
import { problem } from "./problem.ts";
import { asSqlError, sqlProblem } from "./sql-errors.ts";

type Functions = Database["public"]["Functions"];
/** The name of a procedure of the public schema. */
export type RpcName = keyof Functions & string;
/** The arguments of a procedure. */
export type RpcArgs<N extends RpcName> = Functions[N]["Args"] extends never ? Record<string, never>
  : Functions[N]["Args"];

/** Request headers that procedures read: who asked, for the audit log, and the agency chosen. */
const FORWARDED = ["user-agent", "x-forwarded-for", "x-agency-id"];

/** A call to the Data API or Auth: the caller's identity, a time limit, failures as problems. */
export async function callUpstream(
  c: KitContext,
  path: string,
  init: { readonly body?: unknown; readonly accept?: string; readonly as?: "caller" | "nobody" },
): Promise<Response> {
  const { config } = c.var;
  const headers = new Headers({
    "Accept": init.accept ?? "application/json",
    "apikey": config.publishableKey,
    "X-Request-Id": c.var.requestId,
  });
  for (const name of FORWARDED) {
    const value = c.req.header(name);
    if (value) headers.set(name, value);
  }
  // An agency in the path is the one meant, whatever the header says.
  const agencyId = c.req.param("agencyId");
  if (agencyId) headers.set("X-Agency-Id", agencyId);
  const token = init.as === "nobody" ? undefined : bearerToken(c);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (init.body !== undefined) headers.set("Content-Type", "application/json");

  // The limit ends with the headers: a long export may stream for longer.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), config.timeoutMs);
  try {
    return await config.fetch(`${config.supabaseUrl}${path}`, {
      method: "POST",
      headers,
      body: init.body === undefined ? undefined : JSON.stringify(init.body),
      signal: limit.signal,
    });
  } catch (cause) {
    throw problem(limit.signal.aborted ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE", { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Calls one procedure as the caller and returns its answer, whose body has not been read. */
export async function rpc<N extends RpcName>(
  c: KitContext,
  name: N,
  args: RpcArgs<N>,
  accept?: string,
): Promise<Response> {
  const as = c.var.contract.anonymous ? "nobody" : "caller";
  const response = await callUpstream(c, `/rest/v1/rpc/${name}`, { body: args, accept, as });
  if (response.ok) return response;
  const body = await readUpstreamJson(response);
  const error = asSqlError(body);
  if (!error) throw problem("UPSTREAM_UNAVAILABLE", { cause: { status: response.status, body } });
  throw sqlProblem(error, response.status !== 401 && bearerToken(c) !== undefined);
}

/** The JSON of an upstream answer; a body that breaks off or is no JSON is the upstream's failure. */
export async function readUpstreamJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === "" ? null : JSON.parse(text);
  } catch (cause) {
    throw problem("UPSTREAM_UNAVAILABLE", { cause });
  }
}

/**
 * The caller's access token. supabase-js sends its publishable key as bearer token while nobody is
 * signed in; API keys of this kind are no tokens and count as none.
 */
export function bearerToken(c: KitContext): string | undefined {
  const token = /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const isApiKey = token?.startsWith("sb_") || token === c.var.config.publishableKey;
  return isApiKey ? undefined : token;
}
