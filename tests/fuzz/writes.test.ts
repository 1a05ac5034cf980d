import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { TestUser } from "../e2e/_support.ts";
import { buildWorld, fingerprint, inParallel, newMark, outsider, rest, sql } from "./_world.ts";

const world = await buildWorld(newMark());
const stranger = await outsider();
const actors: Record<string, TestUser | null> = {
  owner: world.members.owner,
  sales: world.members.sales,
  client: world.members.client,
  outsider: stranger,
  anonymous: null,
};

interface Grant {
  columns?: string[];
  allow: string[];
}

interface Access {
  roles: Record<string, { permissions: string[] }>;
  objects: {
    relations: Record<string, { insert?: Grant; update?: Grant; delete?: Grant }>;
  };
}

/** The one table of who may do what. */
const access: Access = JSON.parse(
  await Deno.readTextFile(new URL("../../supabase/schemas/access.json", import.meta.url)),
);

interface Column {
  relation: string;
  column: string;
  type: string;
  /** An input value of the type, as JSON. */
  sample: unknown;
}

/** Every column of every table and view, with a value to write. */
const columns: Column[] = (await sql<(Omit<Column, "sample"> & { label: string | null })[]>`
  select c.relname as relation, a.attname as column, format_type(a.atttypid, null) as type,
         (select e.enumlabel from pg_catalog.pg_enum as e where e.enumtypid = a.atttypid limit 1) as label
    from pg_catalog.pg_class as c
    join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
     and not c.relispartition
   order by c.relname, a.attnum`).map(({ label, ...it }) => ({
  ...it,
  sample: label ?? sampleOf(it.type),
}));

const relations = [...new Set(columns.map(({ relation }) => relation))];

function sampleOf(type: string): unknown {
  if (type.endsWith("[]")) return [];
  if (type === "uuid") return crypto.randomUUID();
  if (/^(integer|bigint|numeric|smallint)/.test(type)) return 1;
  if (type === "boolean") return true;
  if (type === "jsonb") return {};
  if (type.startsWith("timestamp")) return "2026-01-02T03:04:05Z";
  if (type === "date") return "2026-01-02";
  if (type === "interval") return "1 hour";
  if (type === "inet") return "127.0.0.1";
  return "patched";
}

/** Whether the table of permissions lets this actor do it to rows of the agency. */
function isAllowed(actor: string, grant: Grant | undefined): boolean {
  const held = access.roles[actor]?.permissions ?? [];
  return (grant?.allow ?? []).some((permission) =>
    permission === "signed_in"
      ? actor !== "anonymous"
      : held.includes(permission) || held.includes("*")
  );
}

/** Rows of the agency: the key by which a request names them. */
function rowsOf(relation: string): string {
  const names = columns.filter((it) => it.relation === relation).map(({ column }) => column);
  if (names.includes("agency_id")) return `agency_id=eq.${world.ids.agency_id}`;
  if (relation === "agencies") return `id=eq.${world.ids.agency_id}`;
  if (relation === "profiles") return `id=eq.${world.members.owner.id}`;
  return `${names[0]}=not.is.null`;
}

/** What the rows were, shared tables included. */
async function everything(): Promise<Record<string, string>> {
  const shared = await sql<{ name: string; hash: string }[]>`
    select 'permissions' as name, md5(string_agg(p::text, '' order by p)) as hash from public.permissions as p
     union all
    select 'roles', md5(string_agg(r::text, '' order by r)) from public.roles as r
     union all
    select 'role_permissions', md5(string_agg(r::text, '' order by r)) from public.role_permissions as r`;
  return {
    ...await fingerprint(world.ids.agency_id),
    ...Object.fromEntries(shared.map(({ name, hash }) => [name, hash])),
  };
}

// What is answered needs a right to read, whose lack must not pass for a refusal to write.
const minimal = { Prefer: "return=minimal,count=exact" };
const representation = { Prefer: "return=representation" };

interface Attempt {
  about: string;
  method: string;
  path: string;
  body?: unknown;
  actor: string;
  headers?: Record<string, string>;
}

/** Makes the attempts and answers those that were neither refused nor touched no row. */
async function unrefused(attempts: Attempt[]): Promise<string[]> {
  const wrong: string[] = [];
  await inParallel(attempts, async ({ about, method, path, body, actor, headers }) => {
    const answer = await rest(path, {
      method,
      body,
      token: actors[actor]?.token,
      headers: { ...minimal, ...headers },
    });
    const refused = [401, 403, 404, 405].includes(answer.status);
    const nothing = method !== "POST" && answer.status === 204 &&
      answer.headers.get("content-range") === "*/0";
    // Views over several tables cannot be written by anybody; PostgREST has 500 for it.
    const impossible = /"code":"(428C9|55000)"/.test(answer.text);
    if (!refused && !nothing && !impossible) {
      wrong.push(`${actor} ${method} ${about}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  });
  return wrong;
}

Deno.test("no column takes a PATCH but those granted, from those who may", async () => {
  ok(columns.length > 200, `${columns.length} columns`);
  const before = await everything();
  const attempts: Attempt[] = [];
  for (const { relation, column, sample } of columns) {
    const grant = access.objects.relations[relation]?.update;
    for (const actor of Object.keys(actors)) {
      // Everybody may change their own profile; the owner's is tried here.
      const own = relation === "profiles" && actor !== "owner";
      if (!own && grant?.columns?.includes(column) && isAllowed(actor, grant)) continue;
      attempts.push({
        about: `${relation}.${column}`,
        method: "PATCH",
        path: `${relation}?${rowsOf(relation)}`,
        body: { [column]: sample },
        actor,
      });
    }
  }
  deepStrictEqual(await unrefused(attempts), []);
  deepStrictEqual(await everything(), before);
});

Deno.test("a granted column beside another one is refused as a whole", async () => {
  const before = await everything();
  const attempts = columns.filter(({ relation, column }) =>
    relation === "clients" && !access.objects.relations.clients?.update?.columns?.includes(column)
  ).flatMap(({ column, sample }) =>
    [{ name: "Smuggled", [column]: sample }].map((body) => ({
      about: `clients.${column}`,
      method: "PATCH",
      path: `clients?${rowsOf("clients")}`,
      body,
      actor: "owner",
    }))
  );
  ok(attempts.some(({ about }) => about === "clients.agency_id"));
  deepStrictEqual(await unrefused(attempts), []);
  deepStrictEqual(await everything(), before);
});

Deno.test("no table takes a POST but as granted", async () => {
  const before = await everything();
  const attempts: Attempt[] = [];
  for (const relation of relations) {
    const grant = access.objects.relations[relation]?.insert;
    const all = Object.fromEntries(
      columns.filter((it) => it.relation === relation).map(({ column, sample }) => [
        column,
        column === "agency_id" ? world.ids.agency_id : sample,
      ]),
    );
    const granted = Object.fromEntries(
      Object.entries(all).filter(([column]) => grant?.columns?.includes(column)),
    );
    for (const actor of Object.keys(actors)) {
      const attempt = { about: relation, method: "POST", path: relation, actor };
      attempts.push({ ...attempt, body: all });
      attempts.push({
        ...attempt,
        body: [all],
        headers: { Prefer: "resolution=merge-duplicates,return=minimal" },
      });
      if (grant && !isAllowed(actor, grant)) attempts.push({ ...attempt, body: granted });
      // Column by column as the one who may most.
      for (const column of actor === "owner" ? Object.keys(all) : []) {
        if (grant?.columns?.includes(column)) continue;
        attempts.push({
          ...attempt,
          about: `${relation}.${column}`,
          body: {
            ...granted,
            [column]: all[column],
          },
        });
      }
    }
  }
  deepStrictEqual(await unrefused(attempts), []);
  deepStrictEqual(await everything(), before);
});

Deno.test("no table takes a DELETE but as granted", async () => {
  const before = await everything();
  const attempts: Attempt[] = [];
  for (const relation of relations) {
    const grant = access.objects.relations[relation]?.delete;
    for (const actor of Object.keys(actors)) {
      if (isAllowed(actor, grant)) continue;
      const path = `${relation}?${rowsOf(relation)}`;
      attempts.push({ about: relation, method: "DELETE", path, actor });
    }
  }
  deepStrictEqual(await unrefused(attempts), []);
  deepStrictEqual(await everything(), before);
});

Deno.test("what is granted succeeds, and touches just what it says", async () => {
  const { owner, sales } = world.members;
  for (const [relation, { update }] of Object.entries(access.objects.relations)) {
    for (const column of update?.columns ?? []) {
      const type = columns.find((it) => it.relation === relation && it.column === column)?.type;
      const known: Record<string, string> = {
        locale: "pt",
        timezone: "Europe/Lisbon",
        avatar_url: "https://example.org/a.png",
      };
      const value = known[column] ?? sampleOf(type ?? "");
      const answer = await rest(`${relation}?${rowsOf(relation)}`, {
        method: "PATCH",
        body: { [column]: value },
        token: owner.token,
        headers: representation,
      });
      strictEqual(answer.status, 200, `${relation}.${column}: ${answer.text}`);
      ok(JSON.parse(answer.text).length === 1, `${relation}.${column}`);
    }
  }
  const made = await rest("clients?select=id", {
    method: "POST",
    body: { agency_id: world.ids.agency_id, name: "Another" },
    token: owner.token,
    headers: representation,
  });
  strictEqual(made.status, 201, made.text);
  const [{ id }] = JSON.parse(made.text);
  const path = `clients?id=eq.${id}`;
  const headers = representation;
  const kept = await rest(path, { method: "DELETE", token: sales.token, headers });
  deepStrictEqual([kept.status, kept.text], [200, "[]"]);
  const gone = await rest(path, { method: "DELETE", token: owner.token, headers });
  strictEqual(JSON.parse(gone.text).length, 1, gone.text);
});

Deno.test("a row is neither planted in another agency nor moved there", async () => {
  const theirs = await buildWorld(newMark());
  const before = await fingerprint(theirs.ids.agency_id);
  const own = await everything();
  const agency_id = theirs.ids.agency_id;
  for (const actor of ["owner", "sales", "outsider", "anonymous"]) {
    const token = actors[actor]?.token;
    const planted = { agency_id, name: "Planted" };
    for (const Prefer of ["return=minimal", "resolution=merge-duplicates"]) {
      const headers = { Prefer };
      const answer = await rest("clients", { method: "POST", body: planted, token, headers });
      ok([401, 403].includes(answer.status), `${actor}: ${answer.status} ${answer.text}`);
    }
    const moved = await rest(`clients?${rowsOf("clients")}`, {
      method: "PATCH",
      body: { agency_id },
      token,
    });
    ok([401, 403].includes(moved.status), `${actor}: ${moved.status} ${moved.text}`);
    for (const method of ["PATCH", "DELETE"]) {
      const body = method === "PATCH" ? { name: "Taken" } : undefined;
      const path = `clients?agency_id=eq.${agency_id}`;
      const answer = await rest(path, { method, body, token, headers: representation });
      ok(answer.text === "[]" || [401, 403].includes(answer.status), `${actor}: ${answer.text}`);
    }
  }
  deepStrictEqual(await fingerprint(agency_id), before);
  deepStrictEqual(await everything(), own);
});
