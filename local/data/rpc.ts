/**
 * `/rest/v1/rpc/<function>` as PostgREST answers it. Lite's own handler needs several times as long
 * and turns custom error codes into 500; only calls that filter or count the result go to it.
 */
import type { Sql } from "postgres";
import { contextQuery, type DataRequest, readRoleSettings, type RoleSettings } from "./context.ts";
import { type DatabaseError, errorResponse, toApiError } from "./errors.ts";
import { type ApiFunction, callQuery, matchFunction, readFunctions } from "./functions-cache.ts";

/** Function signatures and role settings, reloaded on `notify pgrst`. */
export interface RpcCache {
  functions: Map<string, ApiFunction[]>;
  settings: RoleSettings;
}

/** Reads what the Data API must know about the database. */
export async function readCache(sql: Sql, schemas: string[]): Promise<RpcCache> {
  const [functions, settings] = await Promise.all([
    readFunctions(sql, schemas),
    readRoleSettings(sql),
  ]);
  return { functions, settings };
}

/** Query parameters that shape a result instead of being arguments. */
const RESULT_PARAMETERS = ["select", "order", "limit", "offset", "and", "or", "not.and", "not.or"];

/** Answers a call, or null when the result has to be filtered, which is lite's part. */
export async function callFunction(
  sql: Sql,
  request: DataRequest,
  url: URL,
  body: string,
  cache: RpcCache,
  searchPath: string[],
): Promise<Response | null> {
  const name = decodeURIComponent(request.path.slice("/rpc/".length));
  const isRead = request.method === "GET" || request.method === "HEAD";
  const query = [...url.searchParams.keys()].filter((key) => key !== "apikey");
  if (/count=/.test(request.headers.prefer ?? "") || request.headers.range) return null;
  if (query.some((key) => !isRead || RESULT_PARAMETERS.includes(key))) return null;

  let given: Record<string, unknown>;
  try {
    given = isRead
      ? Object.fromEntries([...url.searchParams].filter(([key]) => key !== "apikey"))
      : JSON.parse(body || "{}");
  } catch {
    return badJson();
  }
  if (given === null || typeof given !== "object" || Array.isArray(given)) return badJson();
  const names = Object.keys(given);
  const candidates = cache.functions.get(`${request.schema}.${name}`);
  const fn = matchFunction(candidates, names);
  if (!fn) {
    // A GET with a filter on a result column looks like an unknown argument.
    return isRead && candidates ? null : notFound(request.schema, name, names, candidates);
  }
  const accept = request.headers.accept ?? "";
  const csv = accept.includes("text/csv") && fn.isComposite && fn.isSet;
  const single = accept.includes("application/vnd.pgrst.object");
  const raw = fn.mediaType !== null && accept.includes(fn.mediaType);
  const shape = raw ? "raw" : csv ? "csv" : "json";
  if (accept.includes("nulls=stripped") || accept.includes("vnd.pgrst.plan")) return null;

  const readOnly = isRead || fn.volatility !== "v";
  const [context, values] = contextQuery(request, cache.settings, searchPath);
  try {
    const steps: Step[] = [[context, values]];
    const { preRequest } = cache.settings;
    if (preRequest) steps.push([`select ${preRequest}()`, []]);
    const json = isRead ? JSON.stringify(given) : body || "{}";
    steps.push([callQuery(fn, names, shape), [json]]);
    const check = single && fn.isSet
      ? (row: CallResult) => {
        if (row.total !== 1) throw new NotSingular(row.total);
      }
      : undefined;
    const result = await transact<CallResult>(
      sql,
      readOnly ? "read only" : "read write",
      steps,
      check,
    );
    const mediaType = raw && fn.mediaType ||
      (csv ? "text/csv" : single ? "application/vnd.pgrst.object+json" : "application/json");
    return respond(fn, result, { mediaType, single, head: request.method === "HEAD" });
  } catch (error) {
    if (error instanceof NotSingular) return notSingular(error.rows);
    return errorResponse(toApiError(error as DatabaseError, request.claims.role));
  }
}

/** A statement and its parameters. */
type Step = [text: string, values: string[]];

/**
 * Runs the steps as one transaction and answers the last one's row. All of it goes to the server at
 * once, the commit too unless a check of the row comes before it: what the call has locked waits for
 * no answer of ours. Where a step fails, so do those after it, and the commit takes all of it back.
 */
async function transact<Row>(
  sql: Sql,
  mode: string,
  steps: Step[],
  check?: (row: Row) => void,
): Promise<Row> {
  const connection = await sql.reserve();
  try {
    const run = ([text, values]: Step) => connection.unsafe(text, values, { prepare: true });
    const sent = [connection.unsafe(`begin ${mode}`), ...steps.map(run)];
    if (!check) sent.push(connection.unsafe("commit"));
    const ended = await Promise.allSettled(sent);
    const failed = ended.find((it) => it.status === "rejected");
    const row = (ended[steps.length] as PromiseFulfilledResult<unknown[]>).value?.[0] as Row;
    if (check) {
      try {
        if (!failed) check(row);
      } catch (error) {
        await connection.unsafe("rollback");
        throw error;
      }
      await connection.unsafe(failed ? "rollback" : "commit");
    }
    if (failed) throw failed.reason;
    return row;
  } finally {
    connection.release();
  }
}

interface CallResult {
  body: string;
  total: number;
  status: string | null;
  headers: string | null;
}

class NotSingular extends Error {
  constructor(readonly rows: number) {
    super();
  }
}

function respond(
  fn: ApiFunction,
  result: CallResult,
  shape: { mediaType: string; single: boolean; head: boolean },
): Response {
  const headers = new Headers({
    "content-type": `${shape.mediaType}; charset=utf-8`,
    "content-range": result.total === 0 ? "*/*" : `0-${result.total - 1}/*`,
  });
  for (const header of JSON.parse(result.headers ?? "[]") as Record<string, string>[]) {
    for (const [name, value] of Object.entries(header)) headers.append(name, value);
  }
  const status = Number(result.status ?? (fn.isVoid ? 204 : 200));
  if (fn.isVoid) headers.delete("content-type");
  if (fn.isVoid || shape.head || status === 204) return new Response(null, { status, headers });
  const text = shape.single && fn.isSet ? result.body.slice(1, -1) : result.body ?? "null";
  return new Response(text, { status, headers });
}

function badJson(): Response {
  return errorResponse({
    status: 400,
    code: "PGRST102",
    message: "Empty or invalid json",
    details: null,
    hint: null,
  });
}

function notSingular(rows: number): Response {
  return errorResponse({
    status: 406,
    code: "PGRST116",
    message: "Cannot coerce the result to a single JSON object",
    details: `The result contains ${rows} rows`,
    hint: null,
  });
}

function notFound(
  schema: string,
  name: string,
  args: string[],
  candidates: ApiFunction[] | undefined,
): Response {
  const sorted = args.toSorted();
  const label = `${schema}.${name}`;
  const nearest = candidates?.[0]?.args.map((arg) => arg.name).toSorted().join(", ");
  return errorResponse({
    status: 404,
    code: "PGRST202",
    message: `Could not find the function ${
      sorted.length ? `${label}(${sorted.join(", ")})` : `${label} without parameters`
    } in the schema cache`,
    details: `Searched for the function ${label} ${
      sorted.length
        ? `with parameter${sorted.length > 1 ? "s" : ""} ${sorted.join(", ")} or with`
        : "without parameters or with"
    } a single unnamed json/jsonb parameter, but no matches were found in the schema cache.`,
    hint: nearest === undefined
      ? null
      : `Perhaps you meant to call the function ${label}(${nearest})`,
  });
}
