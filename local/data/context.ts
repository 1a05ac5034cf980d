/** What PostgREST sets up in the transaction of each request: role, claims, request.* settings. */
import type { Sql } from "postgres";
import type { Claims } from "../keys.ts";

/** One request on its way to the database. */
export interface DataRequest {
  method: string;
  /** Path without `/rest/v1`. */
  path: string;
  headers: Record<string, string>;
  claims: Claims;
  /** Schema of Accept-Profile or Content-Profile, or the default one. */
  schema: string;
}

/** Settings that PostgREST reads from the roles' configuration. */
export interface RoleSettings {
  /** `alter role authenticator set pgrst.db_pre_request = …`, quoted for a call. */
  preRequest: string | null;
  /** `statement_timeout` by impersonated role. */
  timeouts: Map<string, string>;
}

/** Reads the settings of the API roles, once per schema cache. */
export async function readRoleSettings(sql: Sql): Promise<RoleSettings> {
  const rows = await sql<{ role: string; setting: string }[]>`
    select r.rolname as role, c.setting
      from pg_catalog.pg_db_role_setting as s
      join pg_catalog.pg_roles as r on r.oid = s.setrole
     cross join lateral unnest(s.setconfig) as c (setting)
     where s.setdatabase in (
       0, (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()))`;
  const settings: RoleSettings = { preRequest: null, timeouts: new Map() };
  for (const { role, setting } of rows) {
    const [name, value = ""] = setting.split(/=(.*)/s);
    if (name === "statement_timeout") settings.timeouts.set(role, value);
    if (role === "authenticator" && name === "pgrst.db_pre_request" && value) {
      settings.preRequest = value.replaceAll('"', "").split(".").map(quoteIdent).join(".");
    }
  }
  return settings;
}

/** The statement and its parameters that put a transaction into the request's context. */
export function contextQuery(
  request: DataRequest,
  settings: RoleSettings,
  searchPath: string[],
): [text: string, values: string[]] {
  const cookies = Object.fromEntries(
    (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split(/=(.*)/s))
      .filter(([name]) => name),
  );
  const values: [string, string][] = [
    ["role", request.claims.role],
    ["search_path", [...new Set([request.schema, ...searchPath])].map(quoteIdent).join(", ")],
    ["request.jwt.claims", JSON.stringify(request.claims)],
    ["request.method", request.method],
    ["request.path", request.path],
    ["request.headers", JSON.stringify(request.headers)],
    ["request.cookies", JSON.stringify(cookies)],
    ["response.status", ""],
    ["response.headers", ""],
    ["statement_timeout", settings.timeouts.get(request.claims.role) ?? "0"],
  ];
  const calls = values.map(([name], index) => `set_config('${name}', $${index + 1}, true)`);
  return [`select ${calls.join(", ")}`, values.map(([, value]) => value)];
}

/** Quotes an SQL identifier. */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Headers as PostgREST exposes them in `request.headers`. */
export function plainHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(headers);
}
