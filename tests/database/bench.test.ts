import { ok, strictEqual } from "node:assert/strict";
import { NAMES, runOnServer } from "../bench/main.ts";
import { table } from "../bench/_report.ts";
import { serverUrl } from "./_support.ts";

Deno.test("every benchmark that needs no stack gives results", async () => {
  const names = NAMES.filter((name) => !["http", "realtime"].includes(name));
  const results = await runOnServer(serverUrl(), 1000, names);
  strictEqual(
    [...new Set(results.map(({ bench }) => bench))].sort().join(),
    names.toSorted().join(),
  );
  for (const { what, base, ours } of results) ok(base > 0 && ours > 0, what);
  strictEqual(table(results).split("\n").length, results.length + 2);
});
