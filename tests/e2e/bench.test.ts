import { deepStrictEqual, ok } from "node:assert/strict";
import { benchHttp } from "../bench/http.ts";
import { benchRealtime } from "../bench/realtime.ts";

Deno.test("the benchmark of the ways in gives results", async () => {
  const results = await benchHttp(Deno.env.toObject(), 10);
  ok(results.length > 0);
  for (const { what, base, ours } of results) ok(base > 0 && ours > 0, what);
});

Deno.test("the benchmark of realtime gives results", async () => {
  const results = await benchRealtime(Deno.env.toObject(), [1, 3], 2);
  deepStrictEqual(results.length, 2 * 2 * 2);
  for (const { what, base, ours } of results) ok(base > 0 && ours > 0, what);
});
