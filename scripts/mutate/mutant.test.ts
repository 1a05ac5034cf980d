import { deepStrictEqual } from "node:assert/strict";
import { askEach, type Verdict } from "./mutant.ts";

Deno.test("what loses the server is asked about once more, after all others", async () => {
  const told: [string, Verdict][] = [];
  let up = true;
  const ask = (one: string): Promise<Verdict> => {
    if (one === "bad") up = !up;
    const verdict = up ? { noticedBy: "a test" } : { fault: "no server", lost: true };
    return Promise.resolve(verdict);
  };
  await askEach(["good", "bad", "hit"], ask, (one, verdict) => told.push([one, verdict]));
  const noticed = { noticedBy: "a test" };
  deepStrictEqual(told, [["good", noticed], ["bad", noticed], ["hit", noticed]]);
});

Deno.test("what loses the server twice is told of as such, and ends nothing", async () => {
  const told: string[] = [];
  const ask = (one: string): Promise<Verdict> =>
    Promise.resolve(one === "bad" ? { fault: "no server", lost: true } : {});
  await askEach(
    ["bad", "good"],
    ask,
    (one, { fault }) => told.push(`${one} ${fault ?? "survived"}`),
  );
  deepStrictEqual(told, ["good survived", "bad no server"]);
});
