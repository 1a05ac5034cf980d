/** postgres_changes: who hears of which rows, and what of them. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import postgres from "postgres";
import { runCli, withStack } from "../stack.ts";
import { Heard, join, leave, open, person, type Version } from "./_live.ts";

const stack = withStack();

let sql: postgres.Sql;
Deno.test.beforeAll(() => {
  sql = postgres(stack().dbUrl, { max: 4, onnotice: () => {} });
});
Deno.test.afterAll(() => sql.end());

/** A change without the time and the columns' types. */
interface Change {
  eventType: string;
  table: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
  errors: string[] | null;
}

interface Wanted {
  event?: "*" | "INSERT" | "UPDATE" | "DELETE";
  table?: string;
  filter?: string;
  select?: string[];
}

let channels = 0;

/** A channel with one binding. */
function changesOf(
  client: SupabaseClient,
  { event = "*", table = "posts", ...rest }: Wanted = {},
): { channel: RealtimeChannel; heard: Heard<Change> } {
  const heard = new Heard<Change>();
  const channel = client.channel(`changes-${++channels}`).on(
    "postgres_changes",
    { event: event as "*", schema: "public", table, ...rest },
    (change) =>
      heard.add({
        eventType: change.eventType,
        table: change.table,
        new: change.new,
        old: change.old,
        errors: change.errors as string[] | null,
      }),
  );
  return { channel, heard };
}

/** Hears the changes from now on. */
async function hear(client: SupabaseClient, wanted: Wanted = {}): Promise<Heard<Change>> {
  const { channel, heard } = changesOf(client, wanted);
  await join(channel);
  return heard;
}

const body = (text: string) => (change: Change) => change.new.body === text;
const bodies = ({ items }: Heard<Change>) => items.map((change) => change.new.body);

for (const vsn of ["1.0.0", "2.0.0"] as Version[]) {
  Deno.test(`${vsn}: members hear of their own rooms; of a deletion elsewhere, the key alone`, async () => {
    await using ann = await person(stack(), ["blue"], { vsn });
    const heard = await hear(ann.client);
    const [red] = await sql`
      insert into posts (room, body, secret) values ('red', 'theirs', 's') returning id`;
    await sql`update posts set body = 'still theirs' where room = 'red'`;
    await sql`delete from posts where room = 'red'`;
    const [mine] = await sql`
      insert into posts (room, body, score, tags, at, secret)
      values ('blue', 'mine', 1.50, '{a,b}', '2026-01-02 03:04:05.678+00', 's') returning id`;
    await heard.until(body("mine"));
    assert.deepEqual(heard.items, [
      {
        eventType: "DELETE",
        table: "posts",
        new: {},
        old: { room: "red", id: Number(red!.id) },
        errors: null,
      },
      {
        eventType: "INSERT",
        table: "posts",
        new: {
          room: "blue",
          id: Number(mine!.id),
          body: "mine",
          score: 1.5,
          tags: ["a", "b"],
          at: "2026-01-02T03:04:05.678+00:00",
        },
        old: {},
        errors: null,
      },
    ]);
  });
}

Deno.test("an update tells the old key, or the old columns one may select where the table's identity is full", async () => {
  await using ann = await person(stack(), ["blue"]);
  const [short, whole] = [
    await hear(ann.client, { event: "UPDATE" }),
    await hear(ann.client, { event: "UPDATE", table: "whole_posts" }),
  ];
  for (const table of ["posts", "whole_posts"]) {
    await sql`insert into ${sql(table)} (room, body, secret) values ('blue', 'before', 'x')`;
    await sql`update ${sql(table)} set body = 'after', secret = 'y' where body = 'before'`;
  }
  const { id: shortId, ...shortOld } = (await short.until(body("after"))).old;
  const { id: wholeId, ...wholeOld } = (await whole.until(body("after"))).old;
  assert.deepEqual([typeof shortId, shortOld], ["number", { room: "blue" }]);
  assert.deepEqual([typeof wholeId, wholeOld], ["number", {
    room: "blue",
    body: "before",
    score: null,
    tags: [],
    at: null,
  }]);
  assert.deepEqual([short.items.length, whole.items.length], [1, 1]);
});

Deno.test("a deletion tells the key alone, and the whole row only where no row level security is", async () => {
  await using ann = await person(stack(), ["blue"]);
  const secured = await hear(ann.client, { event: "DELETE", table: "whole_posts" });
  const unsecured = await hear(ann.client, { event: "DELETE", table: "open_posts" });
  const [row] = await sql`
    insert into whole_posts (room, body) values ('blue', 'gone') returning id`;
  await sql`delete from whole_posts where id = ${row!.id}`;
  await sql`insert into open_posts values (7, 'gone')`;
  await sql`delete from open_posts where id = 7`;
  assert.deepEqual((await secured.until(() => true)).old, { room: "blue", id: Number(row!.id) });
  assert.deepEqual((await unsecured.until(() => true)).old, { id: 7, body: "gone" });
});

Deno.test("filters compare as the columns' types do", async () => {
  await using ann = await person(stack(), ["blue"]);
  // [filter, the posts it lets through besides the last one, which all of them do]
  const cases: [string, string[]][] = [
    ["body=eq.ten", ["ten"]],
    ["body=neq.ten", ["nine", "none"]],
    ["score=gte.10", ["ten"]],
    ["score=gt.9", ["ten"]],
    ["score=lt.10", ["nine"]],
    ["score=lte.10.0", ["nine", "ten"]],
    ["score=in.(9,10.00)", ["nine", "ten"]],
    ['body=in.("ten",none)', ["ten", "none"]],
    ["at=lt.2026-06-01T02:00:00+02:00", ["nine"]],
    ["tags=eq.{x}", ["nine"]],
    ["score=is.null", ["none"]],
    ["score=not.is.null", ["nine", "ten"]],
    ["body=not.in.(ten,nine)", ["none"]],
    ["score=isdistinct.9", ["ten", "none"]],
    ["body=like.n%", ["nine", "none"]],
    ["body=imatch.^N.N", ["nine", "none"]],
    ["score=gt.5,body=like.%ine", ["nine"]],
    ["room=eq.blue", ["nine", "ten", "none"]],
    ['body=eq."ten"', ["ten"]],
    ["body=eq.a,score=gte.1", []],
  ];
  const channels = await Promise.all(cases.map(async ([filter, expected]) => {
    const heard = new Heard<Change>();
    const channel = ann.client.channel(`filter ${filter}`)
      .on(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "posts", filter },
        (change) => heard.add(change as unknown as Change),
      )
      // The fence comes by the same channel after all else.
      .on(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "posts", filter: "body=eq.last" },
        (change) => heard.add(change as unknown as Change),
      );
    await join(channel);
    return { filter, expected, heard };
  }));
  await sql`
    insert into posts (room, body, score, tags, at) values
      ('blue', 'nine', 9, '{x}', '2026-05-31 23:59:59+00'),
      ('blue', 'ten', 10, '{x,y}', '2026-06-01 00:00:00+00'),
      ('blue', 'none', null, '{}', null),
      ('blue', 'last', null, '{}', null)`;
  for (const { filter, expected, heard } of channels) {
    await heard.until(body("last"));
    assert.deepEqual(bodies(heard).filter((it) => it !== "last"), expected, filter);
  }
});

Deno.test("a filter holds for deletions where the old row has its column", async () => {
  await using ann = await person(stack(), ["blue"]);
  const byKey = await hear(ann.client, { event: "DELETE", filter: "room=eq.filtered" });
  const byBody = await hear(ann.client, { event: "DELETE", filter: "body=eq.b" });
  const wholeByBody = await hear(ann.client, {
    event: "DELETE",
    table: "whole_posts",
    filter: "body=eq.b",
  });
  for (const table of ["posts", "whole_posts"]) {
    await sql`insert into ${sql(table)} (room, body) values ('filtered', 'a'), ('filtered', 'b')`;
    await sql`delete from ${sql(table)} where room = 'filtered'`;
  }
  await wholeByBody.until(() => true);
  assert.deepEqual([byKey.items.length, byBody.items.length, wholeByBody.items.length], [2, 0, 1]);
});

Deno.test("who may not select the key hears that something happened; a table without a key says so", async () => {
  const anon = open(stack());
  const denied = await hear(anon, { event: "INSERT" });
  await using ann = await person(stack(), []);
  const keyless = await hear(ann.client, { event: "INSERT", table: "keyless_posts" });
  await sql`insert into posts (room, body) values ('blue', 'b')`;
  await sql`insert into keyless_posts values ('b')`;
  const told = { new: {}, old: {} };
  assert.deepEqual(await denied.until(() => true), {
    ...told,
    eventType: "INSERT",
    table: "posts",
    errors: ["Error 401: Unauthorized"],
  });
  assert.deepEqual(await keyless.until(() => true), {
    ...told,
    eventType: "INSERT",
    table: "keyless_posts",
    errors: ["Error 400: Bad Request, no primary key"],
  });
  await leave(anon);
});

Deno.test("a change above a megabyte comes without its long values", async () => {
  await using ann = await person(stack(), ["blue"]);
  const heard = await hear(ann.client, { event: "INSERT" });
  await sql`insert into posts (room, body, tags) values ('blue', ${"x".repeat(1_100_000)}, '{a}')`;
  const { errors, new: { id: _, ...row } } = await heard.until(() => true);
  assert.deepEqual(errors, ["Error 413: Payload Too Large"]);
  assert.deepEqual(row, { room: "blue", score: null, tags: ["a"], at: null });
});

Deno.test("a binding may name its columns; the key comes along", async () => {
  await using ann = await person(stack(), ["blue"]);
  const heard = await hear(ann.client, { event: "INSERT", select: ["body"] });
  await sql`insert into posts (room, body, score) values ('blue', 'b', 1)`;
  const { new: { id, ...row } } = await heard.until(() => true);
  assert.deepEqual([typeof id, row], ["number", { room: "blue", body: "b" }]);
});

Deno.test("what cannot be subscribed to is said in a system message, and the channel goes on", async () => {
  await using ann = await person(stack(), ["blue"]);
  const cases: [Wanted, RegExp][] = [
    [{ table: "nowhere" }, /Please check Realtime is enabled .*nowhere/],
    [{ table: "unpublished_posts" }, /Please check Realtime is enabled .*unpublished_posts/],
    [{ filter: "nothing=eq.1" }, /invalid column for filter nothing/],
    [{ filter: "secret=eq.1" }, /invalid column for filter secret/],
    [{ filter: "score=eq.many" }, /invalid input syntax for type numeric/],
    [{ filter: "score=like.1" }, /operator does not exist: numeric ~~ /],
    [{ filter: "body=match.(" }, /invalid regular expression/],
    [{ filter: "body=about.x" }, /Error parsing `filter` params: \["about","x"\]/],
    [{ filter: "body=in.x" }, /must be wrapped by parentheses/],
    [{ filter: "body=eq.x,,body=eq.y" }, /empty segments/],
    [{ filter: `id=in.(${[...Array(101).keys()]})` }, /Maximum 100/],
    [{ select: ["secret"] }, /invalid column for select secret/],
  ];
  for (const [wanted, expected] of cases) {
    const { channel } = changesOf(ann.client, wanted);
    const system = new Heard<Record<string, string>>();
    channel.on("system", {}, system.add).subscribe();
    const said = await system.until(() => true);
    assert.equal(said.status, "error", JSON.stringify(wanted));
    assert.match(said.message ?? "", expected);
    assert.equal(channel.state, "joined");
  }
});

Deno.test("a join that waits is answered when the changes are listened to, or refused", async () => {
  await using ann = await person(stack(), ["blue"]);
  const wait = { config: { postgres_changes_options: { wait: true } } };
  const heard = new Heard<unknown>();
  const channel = ann.client.channel("waiting", wait).on(
    "postgres_changes",
    { event: "INSERT", schema: "public", table: "posts" },
    heard.add,
  );
  await new Promise<void>((resolve) =>
    channel.subscribe((status) => status === "SUBSCRIBED" && resolve())
  );
  await sql`insert into posts (room, body) values ('blue', 'at once')`;
  await heard.until(() => true);

  const refused = ann.client.channel("waiting in vain", wait).on(
    "postgres_changes",
    { event: "INSERT", schema: "public", table: "nowhere" },
    () => {},
  );
  const error = await new Promise<Error | undefined>((resolve) =>
    refused.subscribe((status, error) => status === "CHANNEL_ERROR" && resolve(error))
  );
  assert.match(error?.message ?? "", /RealtimeDisabledForConfiguration: .*nowhere/);
});

Deno.test("changes come in the order of their commits, whole batches of them", async () => {
  await using ann = await person(stack(), ["blue"]);
  const heard = await hear(ann.client);
  await sql`insert into posts (room, body, score)
            select 'blue', 'many', n from generate_series(1, 450) as n order by n`;
  await sql`update posts set score = -score where body = 'many' and score <= 3`;
  await sql`delete from posts where body = 'many'`;
  await sql`insert into posts (room, body) values ('blue', 'end')`;
  await heard.until(body("end"));
  // Inserts whose rows are gone by then are told to nobody; deletions always are.
  const kinds = heard.items.map((change) => change.eventType);
  const inserted = heard.items.filter((it) => it.new.body === "many" && it.eventType === "INSERT");
  assert.deepEqual(
    inserted.map((it) => it.new.score),
    [...inserted.keys()].map((n) => n + 1),
  );
  assert.equal(kinds.filter((kind) => kind === "DELETE").length, 450);
});

Deno.test("a transaction that is undone tells nothing", async () => {
  await using ann = await person(stack(), ["blue"]);
  const heard = await hear(ann.client);
  await assert.rejects(sql.begin(async (tx) => {
    await tx`insert into posts (room, body) values ('blue', 'undone')`;
    throw new Error("no");
  }));
  await sql`insert into posts (room, body) values ('blue', 'done')`;
  await heard.until(body("done"));
  assert.deepEqual(bodies(heard), ["done"]);
});

Deno.test("a row whose policies fail is seen by nobody and holds nothing up", async () => {
  await using ann = await person(stack(), ["blue"]);
  const heard = await hear(ann.client);
  await sql`insert into posts (room, body) values
              ('blue', 'first'), ('broken', 'nobody''s'), ('blue', 'second')`;
  await heard.until(body("second"));
  assert.deepEqual(bodies(heard), ["first", "second"]);
});

Deno.test("a wildcard hears of every published table", async () => {
  await using ann = await person(stack(), ["blue"]);
  const heard = await hear(ann.client, { table: "*", event: "INSERT" });
  await sql`insert into posts (room, body) values ('blue', 'of posts')`;
  await sql`insert into open_posts values (11, 'of open posts')`;
  await heard.until(body("of open posts"));
  assert.deepEqual(heard.items.map(({ table }) => table), ["posts", "open_posts"]);
});

Deno.test("who left a room hears no more of it at once; who left the channel, neither", async () => {
  await using ann = await person(stack(), ["blue", "red"]);
  const { channel, heard: left } = changesOf(ann.client);
  await join(channel);
  const heard = await hear(ann.client);
  await sql`delete from members where member = ${ann.id} and room = 'red'`;
  assert.equal(await channel.unsubscribe(), "ok");
  await sql`insert into posts (room, body) values ('red', 'no more')`;
  await sql`insert into posts (room, body) values ('blue', 'still')`;
  await heard.until(body("still"));
  assert.deepEqual([bodies(heard), left.items], [["still"], []]);
});

Deno.test("a table is captured while it is published", async () => {
  await using ann = await person(stack(), []);
  await sql`alter publication supabase_realtime add table unpublished_posts`;
  const heard = await hear(ann.client, { table: "unpublished_posts" });
  await sql`insert into unpublished_posts values (1)`;
  await heard.until((change) => change.new.id === 1);
  await sql`alter publication supabase_realtime drop table unpublished_posts`;
  // The next subscription looks at the publication again.
  await hear(ann.client);
  const triggers = () =>
    sql`select from pg_trigger where tgrelid = 'unpublished_posts'::regclass and tgname like '0%'`;
  assert.equal((await triggers()).length, 0);
});

Deno.test("after a reset of the database the channels go on", async () => {
  const anon = open(stack());
  const { channel, heard } = changesOf(anon, { table: "open_posts" });
  const system = new Heard<Record<string, string>>();
  channel.on("system", {}, system.add);
  await join(channel);
  assert.equal(system.items.length, 1);
  const dataDir = stack().keysFile.replace(/\/[^/]+$/, "");
  const { code, text } = await runCli(
    "reset",
    "--data",
    dataDir,
    "--supabase",
    new URL("../fixture", import.meta.url).pathname,
  );
  assert.equal(code, 0, text);
  await system.until(() => system.items.length === 2);
  await sql`insert into open_posts values (1, 'after the reset')`;
  await heard.until(body("after the reset"));
  await leave(anon);
});
