import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Rate } from "./limits.ts";

Deno.test("a rate counts within a second and begins anew with the next", () => {
  let now = 1_000;
  const rate = new Rate(3, () => now);
  const taken = [rate.take(), rate.take(2), rate.take()];
  now = 1_999;
  taken.push(rate.take());
  now = 2_000;
  taken.push(rate.take(3), rate.take());
  deepStrictEqual(taken, [true, true, false, false, true, false]);
});

Deno.test("without a limit everything may be taken", () => {
  strictEqual(new Rate(Infinity).take(1e9), true);
});
