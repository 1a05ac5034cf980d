import { ok } from "node:assert/strict";
import { benchHttp } from "../bench/http.ts";

Deno.test("the benchmark of the ways in gives results", async () => {
  const results = await benchHttp(Deno.env.toObject(), 10);
  ok(results.length > 0);
  for (const { what, base, ours } of results) ok(base > 0 && ours > 0, what);
});
