import assert from "node:assert/strict";
import { SOURCE_TYPES } from "./connector.ts";
import { openSource, settingFaults } from "./registry.ts";

Deno.test("the examples of docs/data-sources.md are data sources", async () => {
  const page = await Deno.readTextFile(
    new URL("../../../../docs/data-sources.md", import.meta.url),
  );
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) =>
    JSON.parse(text)
  );
  assert.deepEqual(examples.map(({ type }) => type), [...SOURCE_TYPES]);
  for (const example of examples) {
    assert.deepEqual(settingFaults(example), []);
    const { source, mapping } = openSource({ credentials: null, rateLimit: null, ...example });
    assert.ok(source && mapping);
  }
});
