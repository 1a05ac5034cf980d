import { deepStrictEqual } from "node:assert/strict";
import { readTap } from "./tap.ts";

Deno.test("a stream that holds its plan passes", () => {
  deepStrictEqual(readTap(["1..2", "ok 1 - one", "ok 2"]), { passed: 2, failures: [] });
});

Deno.test("a failed assertion keeps its diagnostics", () => {
  const lines = ["1..1", "not ok 1 - one", '# Failed test 1: "one"', "#     have: 1"];
  deepStrictEqual(readTap(lines), {
    passed: 0,
    failures: ['not ok - one\n# Failed test 1: "one"\n#     have: 1'],
  });
});

Deno.test("no plan, too few and too many assertions are failures", () => {
  for (const lines of [["ok 1"], ["1..2", "ok 1"], ["1..1", "ok 1", "ok 2"], []]) {
    deepStrictEqual(readTap(lines).failures.length, 1, lines.join());
  }
});

Deno.test("no_plan() counts at the end", () => {
  deepStrictEqual(readTap(["ok 1", "ok 2", "1..2"]), { passed: 2, failures: [] });
});
