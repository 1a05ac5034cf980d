import assert from "node:assert/strict";
import { join } from "node:path";
import { open, seal } from "../supabase/functions/_shared/sealing.ts";
import { loadKeys } from "./keys.ts";

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
