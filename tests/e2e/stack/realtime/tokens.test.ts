/** Tokens: how long a channel may go on, and for whom. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { signToken } from "../../../../local/keys.ts";
import { freePort } from "../../../../local/postgres.ts";
import { startFixture, tempDir, withStack } from "../stack.ts";
import { Heard, join, leave, listen, open, person, PRIVATE } from "./_live.ts";

const stack = withStack();

let sql: postgres.Sql, secret = "";
Deno.test.beforeAll(async () => {
  sql = postgres(stack().dbUrl, { max: 4, onnotice: () => {} });
  secret = JSON.parse(await Deno.readTextFile(stack().keysFile)).jwtSecret;
});
Deno.test.afterAll(() => sql.end());

const tokenOf = (sub: string, seconds: number) =>
  signToken(secret, { sub, role: "authenticated", nonce: crypto.randomUUID() }, seconds);

const said = (event: string) => (it: Record<string, unknown>) => it.event === event;
const events = ({ items }: Heard<Record<string, unknown>>) => items.map(({ event }) => event);

Deno.test("a channel ends with its token, and goes on with a new one", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["blue"]);
  await using eve = await person(stack(), ["blue"]);
  for (const { client, id } of [ann, bob]) await client.realtime.setAuth(await tokenOf(id, 2));
  const [ending, going, speaking] = [ann, bob, eve].map(({ client }) => {
    const channel = client.channel("blue", PRIVATE), system = new Heard<Record<string, string>>();
    channel.on("system", {}, system.add);
    return { channel, system, heard: listen(channel) };
  });
  assert.ok(ending && going && speaking);
  const states = await join(ending.channel);
  await join(going.channel);
  await join(speaking.channel);
  await bob.client.realtime.setAuth(await tokenOf(bob.id, 3600));
  const { status, message } = await ending.system.until(() => true);
  assert.match(`${status}: ${message}`, /^error: Token has expired \d+ seconds ago$/);
  await states.until(({ status }) => status === "CLOSED");
  // By now the token that the other channel began with is over, too.
  await speaking.channel.send({ type: "broadcast", event: "later", payload: {} });
  await going.heard.until(said("later"));
  assert.deepEqual([events(ending.heard), going.system.items], [[], []]);
});

Deno.test("who lost a room stays until the next token is looked at, and not longer", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["blue"]);
  const channel = ann.client.channel("blue", PRIVATE), heard = listen(channel);
  const system = new Heard<Record<string, string>>();
  channel.on("system", {}, system.add);
  const states = await join(channel);
  const other = bob.client.channel("blue", PRIVATE), otherHeard = listen(other);
  await join(other);
  await sql`delete from members where member = ${ann.id}`;
  // As on hosted, what was found at the join holds until then.
  await sql`select realtime.send('{}', 'before', 'blue')`;
  await heard.until(said("before"));
  await ann.client.realtime.setAuth(await tokenOf(ann.id, 3600));
  const { message } = await system.until(() => true);
  assert.equal(message, "You do not have permissions to read from this Channel topic: blue");
  await states.until(({ status }) => status === "CLOSED");
  await sql`select realtime.send('{}', 'after', 'blue')`;
  await otherHeard.until(said("after"));
  assert.deepEqual(events(heard), ["before"]);
});

Deno.test("who may no longer speak is not heard after the next token", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["blue"]);
  const speaker = ann.client.channel("blue", PRIVATE), heard = listen(speaker);
  const listener = bob.client.channel("blue", PRIVATE), listened = listen(listener);
  await join(speaker);
  await join(listener);
  await speaker.send({ type: "broadcast", event: "first", payload: {} });
  await listened.until(said("first"));
  await sql`update members set speaks = false where member = ${ann.id}`;
  await ann.client.realtime.setAuth(await tokenOf(ann.id, 3600));
  await speaker.send({ type: "broadcast", event: "forged", payload: {} });
  // Answered after what was said before it.
  await speaker.untrack();
  await listener.send({ type: "broadcast", event: "last", payload: {} });
  await heard.until(said("last"));
  await sql`select realtime.send('{}', 'end', 'blue')`;
  await listened.until(said("end"));
  assert.deepEqual(events(listened), ["first", "end"]);
});

Deno.test("changes are judged by the last token", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["red"]);
  const heard = new Heard<Record<string, unknown>>(), system = new Heard<unknown>();
  const channel = ann.client.channel("posts").on(
    "postgres_changes",
    { event: "INSERT", schema: "public", table: "posts" },
    (change) => heard.add(change.new),
  ).on("system", {}, system.add);
  await join(channel);
  await ann.client.realtime.setAuth(await tokenOf(bob.id, 3600));
  await system.until(() => system.items.length === 2);
  await sql`insert into posts (room, body) values ('blue', 'hers'), ('red', 'his')`;
  await heard.until(({ body }) => body === "his");
  assert.equal(heard.items.length, 1);
});

Deno.test("a client whose stack was away comes back by itself and hears again", async () => {
  await using temp = await tempDir();
  const args = ["--port", String(freePort())];
  await using first = await startFixture(temp.path, { args });
  const ann = await person(first, ["blue"]);
  const heard = new Heard<Record<string, unknown>>();
  const channel = ann.client.channel("blue", PRIVATE).on(
    "postgres_changes",
    { event: "INSERT", schema: "public", table: "posts" },
    (change) => heard.add(change.new),
  );
  const broadcasts = listen(channel), system = new Heard<unknown>();
  channel.on("system", {}, system.add);
  await join(channel);
  await first.stop();
  await using again = await startFixture(temp.path, { args });
  await system.until(() => system.items.length === 2);
  const db = postgres(again.dbUrl, { max: 1 });
  await db`insert into posts (room, body) values ('blue', 'welcome back')`;
  await db`select realtime.send('{}', 'welcome', 'blue')`;
  assert.equal((await heard.until(() => true)).body, "welcome back");
  await broadcasts.until(said("welcome"));
  await db.end();
  await leave(ann.client);
});

Deno.test("without a token of its own a channel is anon's", async () => {
  const anon = open(stack());
  const refused = await new Promise<string | undefined>((resolve) =>
    anon.channel("blue", PRIVATE).subscribe((status, error) => {
      if (status === "CHANNEL_ERROR") resolve(error?.message);
    })
  );
  assert.match(refused ?? "", /^Unauthorized/);
  await leave(anon);
});
