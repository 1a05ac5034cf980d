/** `/object/list` and `/object/list-v2`: what lies below a prefix, as the caller sees it. */
import { countOf, type Handler, readBody, textOf } from "./context.ts";
import { refused } from "./errors.ts";

interface Entry {
  name: string;
  id: string | null;
  updated_at: Date | null;
  created_at: Date | null;
  last_accessed_at: Date | null;
  metadata: unknown;
}

interface SortBy {
  column: string;
  order: "asc" | "desc";
}

function sortOf(value: unknown, columns: string[]): SortBy {
  const { column = "name", order = "asc" } = (value ?? {}) as Record<string, unknown>;
  if (typeof column !== "string" || !columns.includes(column)) {
    throw refused.badRequest(`body/sortBy/column must be one of ${columns.join(", ")}`);
  }
  if (order !== "asc" && order !== "desc") {
    throw refused.badRequest("body/sortBy/order must be asc or desc");
  }
  return { column, order };
}

/** POST /object/list/:bucket: one folder, its folders and files by names relative to it. */
export const list: Handler = async (context) => {
  const body = await readBody(context);
  const asked = textOf(body, "prefix");
  const folder = asked === "" || asked.endsWith("/") ? asked : `${asked}/`;
  const prefix = folder + (body.search === undefined ? "" : textOf(body, "search"));
  const limit = Math.min(countOf(body, "limit", 1, 100), 1500);
  const offset = countOf(body, "offset", 0, 0);
  const columns = ["name", "updated_at", "created_at", "last_accessed_at"];
  const { column, order } = sortOf(body.sortBy, columns);
  const rows = await context.database.as(context, (tx) => {
    const direction = tx.unsafe(order);
    // Other orders than by name put folders, which have no times, first.
    const by = column === "name"
      ? tx`lower(e.key) collate "C" ${direction}`
      : tx`e.id is not null, ${tx(column)} ${direction}, e.name collate "C" ${direction}`;
    return tx<Entry[]>`
      with found as (
        select o.*, substr(o.name, length(${folder}) + 1) as shown,
               position('/' in substr(o.name, length(${prefix}) + 1)) as slash
          from storage.objects as o
         where o.bucket_id = ${context.bucket}
           and starts_with(lower(o.name) collate "C", lower(${prefix}))
      ), entries as (
        select f.shown as name, f.shown as key, f.id, f.updated_at, f.created_at,
               f.last_accessed_at, f.metadata
          from found as f where f.slash = 0
        union all
        select distinct rtrim(k.key, '/'), k.key, null::uuid, null::timestamptz, null::timestamptz,
               null::timestamptz, null::jsonb
          from found as f
         cross join lateral (
           select left(f.shown, length(${prefix}) - length(${folder}) + f.slash) as key
         ) as k
         where f.slash > 0
      )
      select e.name, e.id, e.updated_at, e.created_at, e.last_accessed_at, e.metadata
        from entries as e
       order by ${by}
       limit ${limit} offset ${offset}`;
  });
  return Response.json(rows);
};

/** POST /object/list-v2/:bucket: whole names, page by page from a cursor. */
export const listV2: Handler = async (context) => {
  const body = await readBody(context);
  const prefix = body.prefix === undefined ? "" : textOf(body, "prefix");
  const limit = Math.min(countOf(body, "limit", 1, 1000), 1000);
  const cursor = body.cursor === undefined ? null : readCursor(textOf(body, "cursor"));
  const { column, order } = cursor ?? sortOf(body.sortBy, ["name", "created_at", "updated_at"]);
  const folders = body.with_delimiter === true;
  const rows = await context.database.as(context, (tx) => {
    const direction = tx.unsafe(order);
    const after = tx.unsafe(order === "asc" ? ">" : "<");
    // Folders have no times: they sort as if made at the beginning of time.
    const key = column === "name"
      ? tx`''::text`
      : tx`coalesce(to_char(${tx(column)} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '')`;
    return tx<(Entry & { key: string })[]>`
      with found as (
        select o.*, position('/' in substr(o.name, length(${prefix}) + 1)) as slash
          from storage.objects as o
         where o.bucket_id = ${context.bucket}
           and starts_with(o.name collate "C", ${prefix})
      ), entries as (
        select f.name, f.id, f.updated_at, f.created_at, f.last_accessed_at, f.metadata
          from found as f where not ${folders} or f.slash = 0
        union all
        select distinct left(f.name, length(${prefix}) + f.slash), null::uuid, null::timestamptz,
               null::timestamptz, null::timestamptz, null::jsonb
          from found as f where ${folders} and f.slash > 0
      ), keyed as (
        select e.*, ${key} as key from entries as e
      )
      select k.* from keyed as k
       where ${cursor === null}
          or (k.key, k.name collate "C") ${after} (${cursor?.key ?? ""}, ${cursor?.name ?? ""})
       order by k.key ${direction}, k.name collate "C" ${direction}
       limit ${limit + 1}`;
  });
  const page = rows.slice(0, limit).map(({ key: _key, ...entry }) => entry);
  const last = rows[limit - 1];
  const hasNext = rows.length > limit && last !== undefined;
  return Response.json({
    hasNext,
    ...hasNext && { nextCursor: writeCursor({ column, order, key: last.key, name: last.name }) },
    folders: page.filter((entry) => entry.id === null).map(({ name }) => ({ id: null, name })),
    objects: page.filter((entry) => entry.id !== null),
  });
};

/** Where a page ended, and how its list is sorted. */
interface Cursor extends SortBy {
  key: string;
  name: string;
}

function writeCursor(cursor: Cursor): string {
  return new TextEncoder().encode(JSON.stringify(cursor)).toBase64({ alphabet: "base64url" });
}

function readCursor(text: string): Cursor {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
    const cursor = JSON.parse(new TextDecoder().decode(bytes));
    const sort = sortOf(cursor, ["name", "created_at", "updated_at"]);
    return { ...sort, key: textOf(cursor, "key"), name: textOf(cursor, "name") };
  } catch {
    throw refused.badRequest("Invalid Parameter continuation token");
  }
}
