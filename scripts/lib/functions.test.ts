import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parse } from "smol-toml";
import { buildDocument } from "../../supabase/functions/docs/document.ts";
import { ROOT } from "./outputs.ts";

const names = globSync("supabase/functions/*/index.ts", { cwd: ROOT })
  .map((file) => basename(dirname(file))).sort();

Deno.test("every function is configured for deployment, and the Data API alone judges tokens", async () => {
  const text = await Deno.readTextFile(join(ROOT, "supabase/config.toml"));
  const config = parse(text) as { functions: Record<string, { verify_jwt?: boolean }> };
  assert.deepEqual(Object.keys(config.functions).sort(), names);
  for (const [name, settings] of Object.entries(config.functions)) {
    assert.equal(settings.verify_jwt, false, name);
  }
});

// The reference page itself, and what only the clock and operators call.
const UNDOCUMENTED = ["docs", "worker"];

Deno.test("every function's operations are documented", () => {
  const documented = new Set(Object.keys(buildDocument().paths ?? {}).map((p) => p.split("/")[1]));
  assert.deepEqual([...documented].sort(), names.filter((name) => !UNDOCUMENTED.includes(name)));
});
