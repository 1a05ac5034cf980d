/** Broadcasts: who hears what is said on a topic, by clients, by HTTP and by the database. */
import type { RealtimeChannelOptions, SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import postgres from "postgres";
import { withStack } from "../stack.ts";
import { Heard, join, leave, listen, open, person, PRIVATE, type Version } from "./_live.ts";

const stack = withStack();

let sql: postgres.Sql;
Deno.test.beforeAll(() => {
  sql = postgres(stack().dbUrl, { max: 4, onnotice: () => {} });
});
Deno.test.afterAll(() => sql.end());

const said = (event: string) => (it: Record<string, unknown>) => it.event === event;
const events = ({ items }: Heard<Record<string, unknown>>) => items.map(({ event }) => event);

/** A channel that is joined, and what it hears. */
async function enter(client: SupabaseClient, name: string, options?: RealtimeChannelOptions) {
  const channel = client.channel(name, options);
  const heard = listen(channel);
  const states = await join(channel);
  const say = (event: string, payload: Record<string, unknown> | ArrayBuffer = {}) =>
    channel.send({ type: "broadcast", event, payload });
  return { channel, heard, states, say };
}

/** Why a join is refused. */
function refusal(client: SupabaseClient, name: string, options?: RealtimeChannelOptions) {
  return new Promise<string>((resolve) =>
    client.channel(name, options).subscribe((status, error) => {
      if (status === "CHANNEL_ERROR") resolve(error?.message ?? "");
    })
  );
}

/** Posts to the endpoint for broadcasts; answers the status. */
async function post(body: unknown, token?: string, path = ""): Promise<number> {
  const response = await fetch(`${stack().apiUrl}/realtime/v1/api/broadcast${path}`, {
    method: "POST",
    headers: {
      apikey: stack().publishableKey,
      "content-type": "application/json",
      ...token && { authorization: `Bearer ${token}` },
    },
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

for (
  const [from, to] of [["1.0.0", "2.0.0"], ["2.0.0", "1.0.0"], ["2.0.0", "2.0.0"]] as Version[][]
) {
  Deno.test(`what a ${from} client says on a public topic reaches a ${to} client, and not itself`, async () => {
    const ann = open(stack(), { vsn: from }), bob = open(stack(), { vsn: to });
    const speaker = await enter(ann, "square"), listener = await enter(bob, "square");
    const payload = { text: "grüß dich 👋", nested: [{ deep: null }] };
    assert.equal(await speaker.say("greeting", payload), "ok");
    assert.deepEqual(await listener.heard.until(said("greeting")), { event: "greeting", payload });
    await listener.say("answer");
    await speaker.heard.until(said("answer"));
    assert.deepEqual(events(speaker.heard), ["answer"]);
    await Promise.all([leave(ann), leave(bob)]);
  });
}

Deno.test("self and ack: a speaker hears itself and is told that it was said", async () => {
  const ann = open(stack());
  const { say, heard } = await enter(ann, "alone", {
    config: { broadcast: { self: true, ack: true } },
  });
  assert.equal(await say("one", { n: 1 }), "ok");
  assert.deepEqual(await heard.until(said("one")), { event: "one", payload: { n: 1 } });
  await leave(ann);
});

Deno.test("bytes reach whom the protocol's version can tell them to", async () => {
  const [ann, bob, old] = [open(stack()), open(stack()), open(stack(), { vsn: "1.0.0" })];
  const { say } = await enter(ann, "bytes");
  const listener = await enter(bob, "bytes"), left = await enter(old, "bytes");
  await say("raw", new Uint8Array([0, 255, 3]).buffer);
  await say("last");
  const { payload } = await listener.heard.until(said("raw"));
  assert.deepEqual([...new Uint8Array(payload as ArrayBuffer)], [0, 255, 3]);
  await left.heard.until(said("last"));
  assert.deepEqual(events(left.heard), ["last"]);
  await Promise.all([leave(ann), leave(bob), leave(old)]);
});

Deno.test("a private room is closed to those who are not in it", async () => {
  await using ann = await person(stack(), ["red"]);
  const anon = open(stack());
  const expected =
    "Unauthorized: You do not have permissions to read from this Channel topic: blue";
  assert.equal(await refusal(ann.client, "blue", PRIVATE), expected);
  assert.equal(await refusal(anon, "blue", PRIVATE), expected);
  // A policy that fails lets nobody in either.
  assert.match(await refusal(ann.client, "broken", PRIVATE), /^Unauthorized/);
  await leave(anon);
});

Deno.test("a public and a private topic of one name know nothing of each other", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["blue"]);
  const eve = open(stack());
  const inside = await enter(ann.client, "blue", PRIVATE),
    peer = await enter(bob.client, "blue", PRIVATE);
  const outside = await enter(eve, "blue");
  await inside.say("secret");
  await sql`select realtime.send('{}', 'secret too', 'blue')`;
  await outside.say("forged");
  await outside.channel.untrack(); // answered after what was said before it
  assert.equal(await post({ messages: [{ topic: "blue", event: "forged", payload: {} }] }), 202);
  await sql`select realtime.send('{}', 'for all', 'blue', false)`;
  await outside.heard.until(said("for all"));
  await inside.say("last");
  await peer.heard.until(said("last"));
  assert.deepEqual(events(peer.heard), ["secret", "secret too", "last"]);
  assert.deepEqual(events(outside.heard), ["forged", "for all"]);
  await leave(eve);
});

Deno.test("who may only listen is not heard, by socket or by HTTP, and learns nothing of it", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using mute = await person(stack(), ["blue"], { silent: true });
  await using stranger = await person(stack(), ["red"]);
  const speaker = await enter(ann.client, "blue", PRIVATE);
  const listener = await enter(mute.client, "blue", PRIVATE);
  const forged = { messages: [{ topic: "blue", event: "forged", payload: {}, private: true }] };
  assert.equal(await listener.say("forged"), "ok");
  // Answered after what was said before it.
  await listener.channel.untrack();
  for (const token of [undefined, mute.token, stranger.token]) {
    assert.equal(await post(forged, token), 202);
    assert.equal(await post({}, token, "/blue/events/forged?private=true"), 202);
  }
  const owned = { messages: [{ topic: "blue", event: "by HTTP", payload: {}, private: true }] };
  assert.equal(await post(owned, ann.token), 202);
  await speaker.heard.until(said("by HTTP"));
  await speaker.say("last");
  await listener.heard.until(said("last"));
  assert.deepEqual(events(speaker.heard), ["by HTTP"]);
  assert.deepEqual(events(listener.heard), ["by HTTP", "last"]);
  const probes = await sql`select from realtime.messages where event is null`;
  assert.equal(probes.length, 0, "no row that a policy was asked with stays");
});

Deno.test("the secret key joins and speaks everywhere", async () => {
  await using ann = await person(stack(), ["blue"]);
  const server = open(stack(), { key: stack().secretKey });
  const member = await enter(ann.client, "blue", PRIVATE);
  const { channel, heard, say } = await enter(server, "blue", PRIVATE);
  await say("from the server");
  await member.heard.until(said("from the server"));
  await channel.httpSend("by HTTP", {});
  await member.heard.until(said("by HTTP"));
  await member.say("from a member");
  await heard.until(said("from a member"));
  assert.deepEqual(events(member.heard), ["from the server", "by HTTP"]);
  await leave(server);
});

Deno.test("nobody hears what the database says to somebody else's room", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["red"]);
  const blue = await enter(ann.client, "blue", PRIVATE),
    red = await enter(bob.client, "red", PRIVATE);
  await sql`select realtime.send('{}', 'to red', 'red'), realtime.send('{}', 'to blue', 'blue')`;
  await sql`select realtime.send('{}', 'to red again', 'red')`;
  await blue.heard.until(said("to blue"));
  await red.heard.until(said("to red again"));
  assert.deepEqual([events(blue.heard), events(red.heard)], [
    ["to blue"],
    ["to red", "to red again"],
  ]);
});

Deno.test("the database's messages come in order whatever their size, once they are committed", async () => {
  await using ann = await person(stack(), ["blue"]);
  const { heard } = await enter(ann.client, "blue", PRIVATE);
  const long = "x".repeat(100_000);
  await assert.rejects(sql.begin(async (tx) => {
    await tx`select realtime.send('{}', 'undone', 'blue')`;
    throw new Error("no");
  }));
  await sql.begin(async (tx) => {
    await tx`select realtime.send(${tx.json({ id: "1", long })}, 'long', 'blue')`;
    await tx`select realtime.send('{"id": "2"}', 'short', 'blue')`;
    await tx`select realtime.send_binary('\\x00ff', 'bytes', 'blue')`;
    await tx`select realtime.send('{"id": "3"}', 'last', 'blue')`;
  });
  await heard.until(said("last"));
  assert.deepEqual(events(heard), ["long", "short", "bytes", "last"]);
  assert.deepEqual(heard.items[0]?.payload, { id: "1", long });
  assert.deepEqual([...new Uint8Array(heard.items[2]?.payload as ArrayBuffer)], [0, 255]);
});

Deno.test("one may send by HTTP without a channel: several at once, one by its address, bytes", async () => {
  await using ann = await person(stack(), ["blue"]);
  const open = await enter(ann.client, "by HTTP");
  const closed = await enter(ann.client, "blue", PRIVATE);
  const messages = ["a", "b"].map((event) => ({ topic: "by HTTP", event, payload: { event } }));
  assert.equal(await post({ messages }), 202);
  assert.deepEqual(await open.channel.httpSend("c", { n: 1 }), { success: true });
  assert.deepEqual(await closed.channel.httpSend("d", { n: 2 }), { success: true });
  await open.channel.httpSend("e", new Uint8Array([1, 2]));
  assert.deepEqual(await open.heard.until(said("c")), { event: "c", payload: { n: 1 } });
  assert.deepEqual(await closed.heard.until(said("d")), { event: "d", payload: { n: 2 } });
  const { payload } = await open.heard.until(said("e"));
  assert.deepEqual([...new Uint8Array(payload as ArrayBuffer)], [1, 2]);
  assert.deepEqual(events(open.heard), ["a", "b", "c", "e"]);
});

Deno.test("what is not a broadcast by HTTP is refused", async () => {
  const statuses = [
    await post({}),
    await post({ messages: [] }),
    await post({ messages: [{ topic: "a", payload: {} }] }),
    await post({ messages: [{ topic: "a", event: "b", payload: {} }] }, "not.a.token"),
    await post({}, undefined, "/a/nothing"),
  ];
  assert.deepEqual(statuses, [422, 422, 422, 401, 404]);
});

Deno.test("a private channel may begin with what was said before, which is not said again", async () => {
  await using ann = await person(stack(), ["replayed"]);
  const before = Date.now();
  for (const n of [1, 2, 3]) {
    await sql`select realtime.send(${sql.json({ id: String(n) })}, ${`m${n}`}, 'replayed')`;
  }
  await sql`select realtime.send('{}', 'public', 'replayed', false)`;
  const replay = { since: before, limit: 2 };
  const metas = new Heard<unknown>();
  const channel = ann.client.channel("replayed", {
    config: { private: true, broadcast: { replay } },
  });
  const heard = listen(channel);
  channel.on("broadcast", { event: "*" }, ({ meta }) => metas.add(meta?.replayed));
  await join(channel);
  await sql`select realtime.send('{}', 'live', 'replayed')`;
  await heard.until(said("live"));
  assert.deepEqual(events(heard), ["m2", "m3", "live"]);
  assert.deepEqual(metas.items, [true, true, undefined]);
});

Deno.test("a channel may ask to be told that the database is listened to", async () => {
  const anon = open(stack());
  const system = new Heard<Record<string, string>>();
  const channel = anon.channel("ready", { config: { broadcast: { replication_ready: true } } })
    .on("system", {}, system.add);
  await join(channel);
  assert.deepEqual(await system.until(() => true), {
    extension: "system",
    status: "ok",
    message: "Replication connection established",
    channel: "ready",
  });
  await leave(anon);
});
