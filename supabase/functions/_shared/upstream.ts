import { createHash } from "node:crypto";
import type { KitContext } from "./operation.ts";
import type { Database } from "./database.types.ts";
import { Problem, problem } from "./problem.ts";
import { secretKeyHeaders } from "./secret-key.ts";
import { asSqlError, sqlProblem } from "./sql-errors.ts";

type Functions = Database["public"]["Functions"];
/** The name of a procedure of the public schema; how it is called is the kit's own affair. */
export type RpcName = Exclude<keyof Functions & string, "call_procedure" | "call_export">;
/** The arguments of a procedure; SQL takes null for each, which the generated types do not say. */
export type RpcArgs<N extends RpcName> = Functions[N]["Args"] extends never ? Record<string, never>
  : { [K in keyof Functions[N]["Args"]]: Functions[N]["Args"][K] | null };

/** Request headers that procedures read: who asked, for the audit log, and the agency chosen. */
const FORWARDED = ["user-agent", "x-agency-id"];

/** What the database says of limits and repetitions, for the caller to read. */
const ANSWERED = ["ratelimit-policy", "ratelimit", "retry-after", "idempotency-replayed"];

/** What a call upstream carries, and who makes it. */
export interface UpstreamInit {
  /** HTTP method; POST unless told. */
  readonly method?: "GET" | "POST" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Media type asked for; JSON unless told. */
  readonly accept?: string;
  /** Whether the caller's credentials go along. */
  readonly as?: "caller" | "nobody";
  /** Takes the publishable key's place; see auth-admin.ts, its only user. */
  readonly secretKey?: string;
}

/** A call to the Data API or Auth: the caller's identity, a time limit, failures as problems. */
export async function callUpstream(
  c: KitContext,
  path: string,
  init: UpstreamInit,
): Promise<Response> {
  const config = c.get("config");
  // A plain object: each name set on `Headers` costs more than all of this.
  const headers: Record<string, string> = {
    "Accept": init.accept ?? "application/json",
    ...init.secretKey === undefined
      ? { "apikey": config.publishableKey }
      : secretKeyHeaders(init.secretKey),
    "X-Request-Id": c.get("requestId"),
  };
  for (const name of FORWARDED) {
    const value = c.req.header(name);
    if (value) headers[name] = value;
  }
  const address = c.req.header(config.addressHeader);
  if (address) headers["X-Forwarded-For"] = address;
  // An agency in the path is the one meant, whatever the header says.
  const agencyId = c.req.param("agencyId");
  if (agencyId) headers["x-agency-id"] = agencyId;
  if (init.as === "caller") setCredentials(c, headers);
  if (init.body !== undefined) headers["Content-Type"] = "application/json";

  // The limit ends with the headers: a long export may stream for longer.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), config.timeoutMs);
  try {
    return await config.fetch(`${config.supabaseUrl}${path}`, {
      method: init.method ?? "POST",
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

function setCredentials(c: KitContext, headers: Record<string, string>): void {
  const credentials = credentialsOf(c);
  // The Data API takes tokens alone; SQL looks the API key up.
  if (credentials?.apiKey) headers["X-Api-Key"] = credentials.apiKey;
  if (credentials?.token) headers["Authorization"] = `Bearer ${credentials.token}`;
}

/**
 * How a call stands to the request's Idempotency-Key: it is the one that happens once (`keyed`), it is
 * asked `before` that one and answers a repetition of the request as it did at first, or neither.
 */
export type Keyed = "keyed" | "before" | "unkeyed";

/**
 * Calls one procedure as the caller, under the limits of the operation's class and at most once where
 * the caller sent an Idempotency-Key and nothing else is said. Its answer's body has not been read.
 */
export async function rpc<N extends RpcName>(
  c: KitContext,
  name: N,
  args: RpcArgs<N>,
  keyed: Keyed = "keyed",
): Promise<Response> {
  return await callDatabase(c, "call_procedure", {
    procedure: name,
    arguments: args,
    rate_class: c.get("contract").rateClass,
    idempotency_key: idempotencyKey(c, keyed),
  });
}

function idempotencyKey(c: KitContext, keyed: Keyed): string | undefined {
  const key = c.req.header("idempotency-key");
  // What only reads repeats itself.
  if (key === undefined || keyed === "unkeyed" || c.req.method === "GET") return undefined;
  // Hashed, for a longer key might be too long.
  return keyed === "keyed" ? key : createHash("sha256").update(`before ${key}`).digest("hex");
}

/** A procedure that answers a file. */
export type ExportName = "export_leads" | "export_job_rejects";

/** Calls an export as the caller, under the limits; the answer is the file. */
export async function rpcExport<N extends ExportName>(
  c: KitContext,
  name: N,
  args: RpcArgs<N>,
  accept: string,
): Promise<Response> {
  return await callDatabase(c, "call_export", { procedure: name, arguments: args }, { accept });
}

/** Counts a request that no procedure answers against the limits of the operation's class. */
export async function charge(c: KitContext, as?: "caller" | "nobody"): Promise<void> {
  const body = { procedure: null, rate_class: c.get("contract").rateClass };
  await readUpstreamJson(await callDatabase(c, "call_procedure", body, { as }));
}

/**
 * As {@link charge}, for what must not happen uncounted: where the limit cannot be asked, the request
 * is refused.
 */
export async function chargeOrRefuse(c: KitContext): Promise<void> {
  try {
    await charge(c);
  } catch (cause) {
    if (cause instanceof Problem && cause.status < 500) throw cause;
    throw problem("SERVICE_UNAVAILABLE", { headers: { "Retry-After": "1" }, cause });
  }
}

/** The one call to the database of a request; what it says of limits goes into the answer. */
async function callDatabase(
  c: KitContext,
  name: "call_procedure" | "call_export",
  body: unknown,
  init: Pick<UpstreamInit, "accept" | "as"> = {},
): Promise<Response> {
  c.set("counted", true);
  const as = c.get("contract").anonymous ? "nobody" : init.as ?? "caller";
  const response = await callUpstream(c, `/rest/v1/rpc/${name}`, { ...init, body, as });
  for (const header of ANSWERED) {
    const value = response.headers.get(header);
    if (value !== null) c.get("headers")[header] = value;
  }
  if (response.ok) return response;
  const answer = await readUpstreamJson(response);
  const error = asSqlError(answer);
  if (!error) {
    throw problem("UPSTREAM_UNAVAILABLE", { cause: { status: response.status, body: answer } });
  }
  throw sqlProblem(error, response.status !== 401 && credentialsOf(c) !== undefined);
}

/** Whether the database answered as it did at first: the request repeats one under its Idempotency-Key. */
export function isReplayed(c: KitContext): boolean {
  return "idempotency-replayed" in c.get("headers");
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

/** Who asks: a person by an access token, or a program by an API key of its agency. */
export type Credentials =
  | { readonly token: string; readonly apiKey?: undefined }
  | { readonly apiKey: string; readonly token?: undefined };

/**
 * The caller's credentials. supabase-js sends its publishable key as bearer token while nobody is
 * signed in; keys of the platform say nothing about the caller and count as none.
 */
export function credentialsOf(c: KitContext): Credentials | undefined {
  const token = /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (!token || token.startsWith("sb_") || token === c.get("config").publishableKey) {
    return undefined;
  }
  return token.startsWith("blk_") ? { apiKey: token } : { token };
}
