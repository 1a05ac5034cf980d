import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { buildWorld, inParallel, newMark, rest, sql } from "./_world.ts";

const mark = newMark();
const [ours, theirs] = [await buildWorld(newMark()), await buildWorld(mark)];

interface Relation {
  name: string;
  isView: boolean;
  columns: string[];
  texts: string[];
}

/** Everything of `public` that a signed-in user may read, with the columns they may read. */
const relations = await sql<Relation[]>`
  select c.relname as name, c.relkind = 'v' as "isView", jsonb_agg(a.attname order by a.attnum) as columns,
         coalesce(jsonb_agg(a.attname order by a.attnum) filter (where
           a.atttypid in ('text'::regtype, 'extensions.citext'::regtype)), '[]') as texts
    from pg_catalog.pg_class as c
    join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
     and not c.relispartition
     and has_column_privilege('authenticated', c.oid, a.attnum, 'select')
   group by c.oid order by c.relname`;
const columnsOf = new Map(relations.map((it) => [it.name, it.columns]));

interface Edge {
  from: string;
  to: string;
  by: string;
  toOne: boolean;
}

/** Every foreign key, from both its ends. */
const edges: Edge[] = (await sql<{ from: string; to: string; by: string }[]>`
  select c.conrelid::regclass::name as from, c.confrelid::regclass::name as to, c.conname as by
    from pg_catalog.pg_constraint as c
    join pg_catalog.pg_class as t on t.oid = c.confrelid
   where c.contype = 'f' and c.connamespace = 'public'::regnamespace
     and t.relnamespace = 'public'::regnamespace and c.conparentid = 0`)
  .flatMap(({ from, to, by }) => [
    { from, to, by, toOne: true },
    { from: to, to: from, by, toOne: false },
  ]).filter(({ from, to }) => columnsOf.has(from) && columnsOf.has(to));

function embed(alias: string, { to, by }: Edge, inner = "", more = ""): string {
  return `${alias}:${to}!${by}${inner}(${columnsOf.get(to)}${more})`;
}

const count = { Prefer: "count=exact" };
const token = ours.members.owner.token;

/** What the other agency would see; the canary must be findable for its absence to mean something. */
function asThem(path: string) {
  return rest(path, { token: theirs.members.owner.token, headers: count });
}

/** The count of a `Content-Range`, null where there is none. */
function total(headers: Headers): string | null {
  return headers.get("content-range")?.split("/")[1] ?? null;
}

/** Asks in every way there is; answers whatever shows the canary or counts rows that hold it. */
async function probe(
  path: string,
  holdsCanary: boolean,
): Promise<{ ok: boolean; faults: string[] }> {
  const faults: string[] = [];
  const { status, text, headers } = await rest(path, { token, headers: count });
  // A refusal may repeat what was asked for.
  const leaks = [mark, theirs.ids.agency_id].some((it) =>
    text.includes(it) && !(status >= 400 && path.includes(it))
  );
  if (leaks) {
    faults.push(`${path}: ${text.slice(0, 200)}`);
  }
  if (status >= 500) faults.push(`${path}: ${status} ${text}`);
  if (holdsCanary && status < 300 && total(headers) !== "0") {
    faults.push(`${path}: counts ${headers.get("content-range")}`);
  }
  return { ok: status < 300, faults };
}

Deno.test("every table and view shows and counts our rows alone", async () => {
  ok(relations.length > 20);
  for (const { name, columns, texts } of relations) {
    const column = columns.includes("agency_id") ? "agency_id" : name === "agencies" ? "id" : null;
    const rows = await rest(`${name}?select=${columns}`, { token, headers: count });
    deepStrictEqual([rows.status, rows.text.includes(mark)], [200, false], `${name} ${rows.text}`);
    strictEqual(total(rows.headers), String(JSON.parse(rows.text).length), name);
    const head = await rest(`${name}?select=${columns}`, { token, method: "HEAD", headers: count });
    strictEqual(total(head.headers), total(rows.headers), `${name} by HEAD`);
    const csv = await rest(`${name}?select=${columns}`, { token, headers: { Accept: "text/csv" } });
    deepStrictEqual([csv.status, csv.text.includes(mark)], [200, false], `${name} as CSV`);
    if (column) {
      // Notifications and preferences are each member's own.
      const isOwn = name.startsWith("notification");
      const [own] = await sql.unsafe<{ n: string }[]>(
        `select count(*) as n from public.${name} where ${column} = $1 ${
          isOwn ? `and user_id = '${ours.members.owner.id}'` : ""
        }`,
        [ours.ids.agency_id],
      );
      strictEqual(total(rows.headers), own?.n, `${name}: as many as the owner's agency has`);
    }
    const filters = texts.map((text) => `${text}=like.*${mark}*`);
    if (column) {
      const id = theirs.ids.agency_id;
      filters.push(`${column}=eq.${id}`, `${column}=in.(${id})`);
      filters.push(`or=(${column}.eq.${id},and(${column}.eq.${id},${column}.not.is.null))`);
      filters.push(`not.and=(${column}.neq.${id},${column}.not.is.null)`);
      const header = { "X-Agency-Id": id, ...count };
      const turned = await rest(`${name}?select=${columns}`, { token, headers: header });
      // A member's own roles show whatever the header says; nothing of the other agency does.
      const shown = JSON.parse(turned.text) as unknown[];
      deepStrictEqual([turned.text.includes(id), total(turned.headers)], [
        false,
        `${shown.length}`,
      ]);
    }
    const all = texts.map((text) => `${text}.like.*${mark}*`);
    if (all.length > 1) filters.push(`or=(${all})`);
    for (const filter of filters) {
      const path = `${name}?select=${columns}&${filter}`;
      const answer = await rest(path, { token, headers: count });
      deepStrictEqual([answer.text, total(answer.headers)], ["[]", "0"], path);
      const counted = await rest(path, { token, method: "HEAD", headers: count });
      strictEqual(total(counted.headers), "0", path);
    }
  }
});

Deno.test("no chain of embeddings leads to another agency", async () => {
  const chains: { path: string }[] = [];
  for (const first of edges) {
    const root = `${first.from}?select=${columnsOf.get(first.from)},`;
    chains.push({ path: root + embed("a", first) });
    for (const second of edges.filter(({ from }) => from === first.to)) {
      const inner = embed("a", first, "", `,${embed("b", second)}`);
      chains.push({ path: root + inner });
    }
  }
  ok(chains.length > 200, `${chains.length} chains`);
  const answers = await inParallel(chains, async ({ path }) => {
    const named = await probe(path, false);
    // The local Data API joins by the first column of a key that is named: then by tables alone.
    return named.ok ? named : await probe(path.replaceAll(/!\w+/g, ""), false);
  });
  deepStrictEqual(answers.flatMap(({ faults }) => faults), []);
  const answered = answers.filter((it) => it.ok).length;
  ok(answered > chains.length * 0.95, `${answered} of ${chains.length} were understood`);
  // The same chains do show the canary to those it belongs to.
  const sample = chains.filter((_, n) => n % 7 === 0);
  const seen = await inParallel(
    sample,
    async ({ path }) => (await asThem(path)).text.includes(mark),
  );
  ok(seen.filter(Boolean).length > sample.length / 2, "the canary is where we look");
});

Deno.test("no filter or order on an embedded column tells of another agency's rows", async () => {
  const probes: { path: string; holdsCanary: boolean }[] = [];
  for (const edge of edges) {
    const target = relations.find(({ name }) => name === edge.to);
    const root = `${edge.from}?select=${columnsOf.get(edge.from)},${embed("a", edge, "!inner")}`;
    for (const text of target?.texts ?? []) {
      probes.push({ path: `${root}&a.${text}=like.*${mark}*`, holdsCanary: true });
      if (edge.toOne) {
        probes.push({ path: `${root}&order=a(${text}).desc.nullslast`, holdsCanary: false });
      }
    }
    const trees = (target?.texts ?? []).map((text) => `${text}.like.*${mark}*`);
    if (trees.length) {
      probes.push({
        path: `${root}&a.or=(${trees},and(${trees[0]},${trees[0]}))`,
        holdsCanary: true,
      });
    }
    if (target?.columns.includes("agency_id")) {
      const id = theirs.ids.agency_id;
      probes.push({ path: `${root}&a.agency_id=eq.${id}`, holdsCanary: true });
    }
  }
  ok(probes.length > 200, `${probes.length} probes`);
  const answers = await inParallel(probes, (it) => probe(it.path, it.holdsCanary));
  deepStrictEqual(answers.flatMap(({ faults }) => faults), []);
  const answered = answers.filter((it) => it.ok).length;
  ok(answered > probes.length * 0.9, `${answered} of ${probes.length} were understood`);
  const found = await inParallel(
    probes.filter((it, n) => it.holdsCanary && n % 5 === 0),
    async ({ path }) => Number(total((await asThem(path)).headers)) > 0,
  );
  ok(found.filter(Boolean).length > 10, `${found.filter(Boolean).length} filters find the canary`);
});

Deno.test("views and procedures embed nothing of another agency either", async () => {
  const names = relations.map(({ name }) => name);
  const paths = relations.filter(({ isView }) => isView)
    .flatMap(({ name }) => names.map((to) => `${name}?select=*,${to}(*)`));
  for (const to of names) {
    paths.push(`leads?select=id,${to}(id)&${to}.agency_id=eq.${theirs.ids.agency_id}`);
    paths.push(`rpc/search_leads?query=${mark}&select=id,${to}(*)`);
    paths.push(`rpc/search_leads?query=canary&agency_id=${theirs.ids.agency_id}&select=*,${to}(*)`);
  }
  const answers = await inParallel(paths, (path) => probe(path, false));
  deepStrictEqual(answers.flatMap(({ faults }) => faults), []);
});

Deno.test("columns that nobody may read are out of reach of filters and orders too", async () => {
  const hidden = await sql<{ table: string; column: string }[]>`
    select c.relname as table, a.attname as column
      from pg_catalog.pg_class as c
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
       and not c.relispartition
       and not has_column_privilege('authenticated', c.oid, a.attnum, 'select')`;
  ok(hidden.some(({ column }) => column === "token_hash"));
  ok(hidden.some(({ column }) => column === "secret_hash"));
  for (const { table, column } of hidden) {
    for (
      const path of [
        `${table}?select=${column}`,
        `${table}?select=${column}.count()`,
        `${table}?select=agency_id&${column}=not.is.null`,
        `${table}?select=agency_id&or=(${column}.is.null,${column}.not.is.null)`,
        `${table}?select=agency_id&order=${column}`,
        `agencies?select=id,${table}(${column})`,
      ]
    ) {
      const { status, text } = await rest(path, { token });
      ok([400, 403, 404].includes(status), `${path}: ${status} ${text}`);
    }
  }
});

Deno.test("another schema than public is not served", async () => {
  for (const schema of ["private", "auth", "extensions", "pg_catalog", "information_schema"]) {
    for (const key of [token, undefined]) {
      const { status } = await rest("rate_limits", {
        token: key,
        headers: { "Accept-Profile": schema },
      });
      strictEqual(status, 406, schema);
    }
    const { status } = await rest(`${schema}.rate_limits`, { token });
    strictEqual(status, 404, schema);
  }
});
