/** The protocol itself: who may connect, and what frames are answered with. */
import assert from "node:assert/strict";
import { signToken } from "../../../../local/keys.ts";
import { startFixture, tempDir, withStack } from "../stack.ts";
import { RawConnection, reasonOf } from "./_raw.ts";

const stack = withStack();

const secret = async () => JSON.parse(await Deno.readTextFile(stack().keysFile)).jwtSecret;

/** A token of an authenticated nobody. */
async function token(seconds: number, claims: Record<string, unknown> = {}): Promise<string> {
  return await signToken(await secret(), { role: "authenticated", ...claims }, seconds);
}

Deno.test("a handshake without a good key or version is refused with a reason", async () => {
  const { publishableKey } = stack();
  const cases: [Record<string, string>, number, string][] = [
    [{}, 401, "API key is missing"],
    [{ apikey: "sb_publishable_wrong" }, 401, "The token provided is not a valid JWT"],
    [{ apikey: await token(-5) }, 401, "Token has expired 5 seconds ago"],
    [
      { apikey: await signToken("x".repeat(40), { role: "anon" }, 60) },
      401,
      "Failed to validate JWT signature",
    ],
    [
      { apikey: await token(60, { role: undefined }) },
      401,
      "Fields `role` and `exp` are required in JWT",
    ],
    [{ apikey: publishableKey, vsn: "3.0.0" }, 403, "Version 3.0.0 is not supported"],
    [{ apikey: publishableKey }, 426, "This is the address of a WebSocket"],
  ];
  for (const [query, status, error] of cases) {
    const answer = await fetch(
      `${stack().apiUrl}/realtime/v1/websocket?${new URLSearchParams(query)}`,
    );
    const said = await answer.json();
    assert.deepEqual([answer.status, said.error.replace(/[56] sec/, "5 sec")], [status, error]);
  }
});

Deno.test("a join with a token that is no good is refused with its reason", async () => {
  await using connection = await RawConnection.open(stack());
  const cases: [string, RegExp][] = [
    ["nonsense", /^MalformedJWT: The token provided is not a valid JWT$/],
    [await signToken("x".repeat(40), { role: "authenticated" }, 60), /^JwtSignatureError: /],
    [await token(-5), /^InvalidJWTToken: Token has expired \d seconds ago$/],
    [
      await token(60, { role: undefined }),
      /^InvalidJWTToken: Fields `role` and `exp` are required/,
    ],
  ];
  for (const [access_token, expected] of cases) {
    const answer = await connection.ask("realtime:room", "phx_join", { access_token });
    assert.match(String(reasonOf(answer)), expected);
  }
});

Deno.test("a token may name a role that does not exist; it sees nothing", async () => {
  await using connection = await RawConnection.open(stack());
  const access_token = await token(60, { role: "nobody_here" });
  const config = { private: true };
  const answer = await connection.ask("realtime:blue", "phx_join", { access_token, config });
  assert.match(String(reasonOf(answer)), /^Unauthorized/);
});

Deno.test("bindings are echoed as they came, with numbers of their own", async () => {
  await using connection = await RawConnection.open(stack());
  const postgres_changes = [
    { event: "*", schema: "public", table: "open_posts", filter: "id=gt.5" },
    { event: "insert", table: "open_posts", extra: [1] },
  ];
  const { payload } = await connection.ask("realtime:room", "phx_join", {
    config: { postgres_changes },
  });
  const echoed = payload.response?.postgres_changes as Record<string, unknown>[];
  assert.deepEqual(echoed.map(({ id: _, ...binding }) => binding), postgres_changes);
  const ids = echoed.map(({ id }) => id as number);
  assert.ok(ids.every((id) => Number.isInteger(id) && id > 0) && new Set(ids).size === 2);
});

Deno.test("settings that do not fit fall back to the defaults; booleans may be text", async () => {
  await using connection = await RawConnection.open(stack());
  const odd = { config: { private: "no", broadcast: 7, presence: [], postgres_changes: {} } };
  const { payload } = await connection.ask("realtime:odd", "phx_join", odd);
  assert.deepEqual(payload, { status: "ok", response: { postgres_changes: [] } });
  const asked = await connection.ask("realtime:blue", "phx_join", { config: { private: "true" } });
  assert.match(String(reasonOf(asked)), /^Unauthorized/);
  const acked = await connection.ask("realtime:acked", "phx_join", {
    config: { broadcast: { ack: "true" } },
  });
  assert.equal(acked.payload.status, "ok");
  const said = await connection.ask("realtime:acked", "broadcast", { event: "e", payload: {} });
  assert.equal(said.payload.status, "ok");
});

Deno.test("heartbeats, leaving, joining anew, and frames that mean nothing", async () => {
  await using connection = await RawConnection.open(stack());
  const beat = await connection.ask("phoenix", "heartbeat");
  assert.deepEqual(beat.payload, { status: "ok", response: {} });

  for (const noise of ["", "no JSON", "null", "[]", '{"topic":1}', "[1,2,3]"]) {
    connection.socket.send(noise);
  }
  connection.socket.send(new Uint8Array([9, 9]));
  connection.socket.send(new Uint8Array([3, 255, 255, 255, 255, 255]));
  assert.equal(reasonOf(await connection.ask("realtime:room", "broadcast")), "unmatched topic");
  assert.equal(reasonOf(await connection.ask("elsewhere", "phx_join")), "unmatched topic");
  assert.equal(
    reasonOf(await connection.ask("realtime:", "phx_join")),
    "TopicNameRequired: You must provide a topic name",
  );
  assert.equal(
    reasonOf(
      await connection.ask("realtime:room", "phx_join", {
        config: { broadcast: { replay: { since: 1 } } },
      }),
    ),
    "UnableToReplayMessages: Replay is not allowed for public channels",
  );

  const first = await connection.ask("realtime:room", "phx_join");
  const second = await connection.ask("realtime:room", "phx_join");
  const closed = connection.heard.items.filter(({ event }) => event === "phx_close");
  assert.deepEqual(closed.map(({ joinRef, ref }) => [joinRef, ref]), [[first.ref, first.ref]]);

  const left = await connection.ask("realtime:room", "phx_leave");
  assert.equal(left.payload.status, "ok");
  await connection.heard.until(({ event, ref }) => event === "phx_close" && ref === second.ref);
  assert.equal(reasonOf(await connection.ask("realtime:room", "broadcast")), "unmatched topic");
});

Deno.test("a stack that stops tells its connections so", async () => {
  await using temp = await tempDir();
  await using stopping = await startFixture(temp.path);
  const connection = await RawConnection.open(stopping);
  assert.equal(await stopping.stop(), 0);
  assert.equal((await connection.closed).code, 1001);
});
