import assert from "node:assert/strict";
import { join } from "node:path";
import { open, seal } from "../supabase/functions/_shared/sealing.ts";
import { loadKeys, signToken, TokenError, verifyToken } from "./keys.ts";

Deno.test("keys stay as they are, and a folder of an older version gains those it lacks", async () => {
  const dir = await Deno.makeTempDir({ prefix: "backline-keys-" });
  try {
    const first = await loadKeys(dir);
    assert.deepEqual(await loadKeys(dir), first);

    const { credentialKeys: _, ...older } = first;
    await Deno.writeTextFile(join(dir, "keys.json"), JSON.stringify(older));
    const completed = await loadKeys(dir);
    assert.deepEqual({ ...completed, credentialKeys: "" }, { ...older, credentialKeys: "" });
    assert.deepEqual(await loadKeys(dir), completed);

    const env = { CREDENTIAL_KEYS: completed.credentialKeys };
    const owner = { agency_id: "a", id: "b" };
    assert.equal(await open(await seal("secret", owner, env), owner, env), "secret");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** Runs the work with a clock that is so many seconds ahead. */
async function later(seconds: number, work: () => Promise<unknown>): Promise<void> {
  const Clock = Date;
  const now = Clock.now() + seconds * 1000;
  globalThis.Date = class extends Clock {
    constructor(value: number | string | Date = now) {
      super(value);
    }
    static override now = () => now;
  } as DateConstructor;
  try {
    await work();
  } finally {
    globalThis.Date = Clock;
  }
}

Deno.test("a token is good each time until it expires, and for its own secret alone", async () => {
  const secret = "a secret of tests";
  const token = await signToken(secret, { role: "authenticated", sub: "ada" }, 60);
  const good = async () => assert.equal((await verifyToken(secret, token)).sub, "ada");
  await good();
  await good();
  await assert.rejects(verifyToken("another secret", token), TokenError);
  await good();
  await later(59, good);
  await later(60, () => assert.rejects(verifyToken(secret, token), /expired/));
});
