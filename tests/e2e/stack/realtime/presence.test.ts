/** Presence: who is there, who comes and who goes. */
import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { withStack } from "../stack.ts";
import { Heard, join, leave, open, person, type Version } from "./_live.ts";

const stack = withStack();

/** What a channel sees: comings, goings, and the whole at each time. */
interface Sight {
  channel: RealtimeChannel;
  seen: Heard<string>;
}

/** Joins with a presence key and watches. */
async function watch(
  client: SupabaseClient,
  name: string,
  key: string,
  isPrivate = false,
): Promise<Sight> {
  const channel = client.channel(name, { config: { presence: { key }, private: isPrivate } });
  const seen = new Heard<string>();
  channel
    .on("presence", { event: "join" }, ({ key, newPresences }) => {
      seen.add(`${key} comes ${newPresences.map(({ mood }) => mood)}`);
    })
    .on("presence", { event: "leave" }, ({ key }) => seen.add(`${key} goes`))
    .on("presence", { event: "sync" }, () => {
      seen.add(`there: ${Object.keys(channel.presenceState()).sort()}`);
    });
  await join(channel);
  return { channel, seen };
}

for (const vsn of ["1.0.0", "2.0.0"] as Version[]) {
  Deno.test(`${vsn}: those who are there see who comes, changes and goes; who comes later sees who is there`, async () => {
    const [ann, bob] = [open(stack(), { vsn }), open(stack(), { vsn })];
    const first = await watch(ann, `hall ${vsn}`, "ann");
    assert.equal(await first.channel.track({ mood: "glad" }), "ok");
    await first.seen.until((it) => it === "there: ann");
    const second = await watch(bob, `hall ${vsn}`, "bob");
    await second.seen.until((it) => it === "there: ann");
    await second.channel.track({ mood: "new" });
    await first.seen.until((it) => it === "bob comes new");
    await second.channel.track({ mood: "calm" });
    await first.seen.until((it) => it === "bob comes calm");
    assert.deepEqual(
      second.channel.presenceState<{ mood: string }>().bob?.map(({ mood }) => mood),
      ["calm"],
    );
    await first.channel.untrack();
    await second.seen.until((it) => it === "there: bob");
    await leave(bob);
    await first.seen.until((it) => it === "there: ");
    await leave(ann);
  });
}

Deno.test("a connection that breaks takes its presence with it", async () => {
  const [ann, bob] = [open(stack()), open(stack())];
  const { seen } = await watch(ann, "hall", "ann");
  const { channel } = await watch(bob, "hall", "bob");
  await channel.track({ mood: "brief" });
  await seen.until((it) => it === "bob comes brief");
  await bob.realtime.disconnect();
  await seen.until((it) => it === "bob goes");
  await leave(ann);
});

Deno.test("presence of a private room is its own: not the public topic's of that name, not another room's", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using bob = await person(stack(), ["red"]);
  const eve = open(stack());
  const inside = await watch(ann.client, "blue", "ann", true);
  const elsewhere = await watch(bob.client, "red", "bob", true);
  const outside = await watch(eve, "blue", "eve");
  await inside.channel.track({ mood: "hidden" });
  await inside.seen.until((it) => it === "there: ann");
  for (const { channel, seen } of [elsewhere, outside]) {
    await channel.track({ mood: "here" });
    await seen.until((it) => /comes here/.test(it));
    assert.ok(!seen.items.join().includes("ann"), seen.items.join());
  }
  await leave(eve);
});

Deno.test("who may not write presence is not there, and who may not read it sees nobody", async () => {
  await using ann = await person(stack(), ["blue"]);
  await using mute = await person(stack(), ["blue"], { silent: true });
  await using hidden = await person(stack(), ["hidden"]);
  const { channel, seen } = await watch(ann.client, "blue", "ann", true);
  const silent = await watch(mute.client, "blue", "mute", true);
  assert.equal(await silent.channel.track({ mood: "forged" }), "error");
  await channel.track({ mood: "real" });
  await seen.until((it) => it === "ann comes real");
  assert.ok(!seen.items.join().includes("mute"), seen.items.join());

  const blind = await watch(hidden.client, "hidden", "one", true);
  assert.equal(await blind.channel.track({ mood: "unseen" }), "error");
  assert.deepEqual(blind.seen.items, []);
});

Deno.test("what is tracked must be an object", async () => {
  const ann = open(stack());
  const { channel } = await watch(ann, "hall", "ann");
  const answer = await channel.send({ type: "presence", event: "track", payload: "text" });
  assert.equal(answer, "error");
  await leave(ann);
});
