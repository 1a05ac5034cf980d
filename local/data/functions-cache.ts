/** Signatures of the functions the Data API exposes, read from the catalogue. */
import type { Sql } from "postgres";
import { quoteIdent } from "./context.ts";

/** A callable function. */
export interface ApiFunction {
  schema: string;
  name: string;
  args: { name: string; type: string; optional: boolean }[];
  isSet: boolean;
  isVoid: boolean;
  /** A row type: the result is an object per row. */
  isComposite: boolean;
  /** Set where the result is a domain named like a media type: asked for, it is sent as it is. */
  mediaType: string | null;
  /** `v`, `s` or `i`; everything but `v` runs in a read-only transaction. */
  volatility: string;
}

/** Reads the functions of the exposed schemas, by `schema.name`. */
export async function readFunctions(
  sql: Sql,
  schemas: string[],
): Promise<Map<string, ApiFunction[]>> {
  const rows = await sql.begin(async (tx) => {
    // With an empty search_path every type's name comes qualified.
    await tx`select set_config('search_path', '', true)`;
    return await tx<
      (Omit<ApiFunction, "args"> & { names: string[]; types: string[]; defaults: number })[]
    >`
      select n.nspname as schema, p.proname as name,
             coalesce(p.proargnames[1:p.pronargs], '{}') as names,
             array(select pg_catalog.format_type(t.oid, null)
                     from unnest(p.proargtypes) with ordinality as t (oid, position)
                    order by t.position) as types,
             p.pronargdefaults as defaults,
             p.proretset as "isSet",
             p.prorettype = 'pg_catalog.void'::regtype as "isVoid",
             (coalesce(b.typtype, r.typtype) = 'c' or p.prorettype = 'pg_catalog.record'::regtype
               or coalesce(p.proargmodes::text[] && '{t,b,o}', false)) as "isComposite",
             case when r.typtype = 'd' and r.typname like '%/%' then r.typname end as "mediaType",
             p.provolatile as volatility
        from pg_catalog.pg_proc as p
        join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
        join pg_catalog.pg_type as r on r.oid = p.prorettype
        left join pg_catalog.pg_type as b on b.oid = r.typbasetype
       where n.nspname = any (${schemas}) and p.prokind = 'f'
         and p.prorettype not in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)`;
  });
  const functions = new Map<string, ApiFunction[]>();
  for (const { names, types, defaults, ...row } of rows) {
    const args = types.map((type, index) => ({
      name: names[index] ?? "",
      type,
      optional: index >= types.length - defaults,
    }));
    const key = `${row.schema}.${row.name}`;
    functions.set(key, [...functions.get(key) ?? [], { ...row, args }]);
  }
  return functions;
}

/** The one function that takes exactly these arguments, with its optional ones left out or not. */
export function matchFunction(
  candidates: ApiFunction[] | undefined,
  given: string[],
): ApiFunction | undefined {
  return candidates?.find(({ args }) =>
    given.every((name) => args.some((arg) => arg.name === name)) &&
    args.every((arg) => arg.optional || given.includes(arg.name))
  );
}

/** How the result is asked for. */
export type ResultShape = "json" | "csv" | "raw";

/** The SQL of a call whose arguments come as one JSON object in `$1`. */
export function callQuery(fn: ApiFunction, given: string[], shape: ResultShape): string {
  const args = fn.args.filter((arg) => given.includes(arg.name));
  const columns = args.map((arg) => `${quoteIdent(arg.name)} ${arg.type}`).join(", ");
  const list = args.map((arg) => `${quoteIdent(arg.name)} := a.${quoteIdent(arg.name)}`).join(", ");
  const call = `${quoteIdent(fn.schema)}.${quoteIdent(fn.name)}(${list})`;
  const source = args.length === 0
    ? "(select 1 where $1::text is not null) as a (one)"
    : `lateral (select * from pg_catalog.json_to_record($1::text::json) as j (${columns}) limit 1) as a`;
  const rows = fn.isComposite
    ? `select f.* from ${source}, lateral ${call} as f`
    : `select ${call} as value from ${source}`;
  const item = fn.isComposite ? "t" : "t.value";
  const header =
    "(select string_agg(k, ',') from json_object_keys((select row_to_json(h) from source as h limit 1)) as k)";
  const body = fn.isVoid
    ? "count(t.value)::text"
    : shape === "raw"
    ? "min(t.value)::text"
    : shape === "csv"
    ? `coalesce(${header} || E'\\n' ||
        string_agg(substring(t::text, 2, length(t::text) - 2), E'\\n'), '')`
    : fn.isSet
    ? `coalesce(json_agg(${item}), '[]')::text`
    : `(json_agg(${item}) -> 0)::text`;
  return `with source as (${rows})
    select ${body} as body, count(*)::int as total,
           nullif(current_setting('response.status', true), '') as status,
           nullif(current_setting('response.headers', true), '') as headers
      from source as t`;
}
