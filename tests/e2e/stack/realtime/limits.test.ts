/** Hosted's quotas, as `--realtime-limits pro` sets them. */
import assert from "node:assert/strict";
import { runCli, tempDir, withStack } from "../stack.ts";
import { Heard, join, leave, listen, open } from "./_live.ts";
import { RawConnection, reasonOf } from "./_raw.ts";

const stack = withStack(() => ({ args: ["--port", "0", "--realtime-limits", "pro"] }));

Deno.test("an unknown plan is refused", async () => {
  await using temp = await tempDir();
  const { code, text } = await runCli("start", "--data", temp.path, "--realtime-limits", "golden");
  assert.deepEqual([code, text.trim()], [1, "--realtime-limits takes one of none, free, pro."]);
});

Deno.test("a broadcast of more than 3 MB is not sent, and its sender is told", async () => {
  const client = open(stack());
  const channel = client.channel("large", { config: { broadcast: { self: true, ack: true } } });
  const heard = listen(channel);
  await join(channel);
  const say = (event: string, size: number) =>
    channel.send({ type: "broadcast", event, payload: { text: "x".repeat(size) } });
  assert.equal(await say("too large", 3_000_000), "error");
  assert.equal(await say("large", 2_999_000), "ok");
  await heard.until(() => true);
  assert.deepEqual(heard.items.map(({ event }) => event), ["large"]);
  const status = await fetch(`${stack().apiUrl}/realtime/v1/api/broadcast/a/events/b`, {
    method: "POST",
    headers: { apikey: stack().publishableKey },
    body: JSON.stringify("x".repeat(3_000_000)),
  });
  await status.body?.cancel();
  assert.equal(status.status, 422);
  await leave(client);
});

Deno.test("a connection has at most 100 channels", async () => {
  await using connection = await RawConnection.open(stack());
  const joins = Array.from({ length: 100 }, (_, n) => connection.ask(`realtime:${n}`, "phx_join"));
  const answers = await Promise.all(joins);
  assert.ok(answers.every(({ payload }) => payload.status === "ok"));
  const answer = await connection.ask("realtime:one more", "phx_join");
  assert.equal(reasonOf(answer), "ChannelRateLimitReached: Too many channels");
  await connection.ask("realtime:7", "phx_leave");
  const again = await connection.ask("realtime:one more", "phx_join");
  assert.equal(again.payload.status, "ok");
});

Deno.test("who floods a topic loses the channel", async () => {
  const client = open(stack());
  const channel = client.channel("flooded"), system = new Heard<Record<string, string>>();
  channel.on("system", {}, system.add);
  const states = await join(channel);
  while (system.items.length === 0) {
    for (let n = 0; n < 1000; n++) {
      channel.send({ type: "broadcast", event: "drop", payload: { n } });
    }
    await Promise.race([system.until(() => true), channel.untrack()]);
  }
  assert.equal(system.items[0]?.message, "Too many messages per second");
  await states.until(({ status }) => status === "CLOSED");
  await leave(client);
});

Deno.test("the 501st connection is refused, and a place that is given up is free again", async () => {
  const connections: RawConnection[] = [];
  let refused = false;
  while (!refused && connections.length <= 500) {
    await RawConnection.open(stack()).then((it) => connections.push(it), () => refused = true);
  }
  assert.deepEqual([refused, connections.length], [true, 500]);
  const answer = await fetch(
    `${stack().apiUrl}/realtime/v1/websocket?apikey=${stack().publishableKey}`,
  );
  assert.deepEqual([answer.status, await answer.json()], [429, {
    error: "Too many connected users",
  }]);
  for (const connection of connections) await connection[Symbol.asyncDispose]();
  await using _again = await RawConnection.open(stack());
});
