import { deepStrictEqual, match } from "node:assert/strict";
import { endAll } from "./closing.ts";

Deno.test("parts end in order, and one that never does is told and holds up no other", async () => {
  const ended: string[] = [], told: string[] = [];
  const first = () => Promise.resolve().then(() => ended.push("first"));
  const stuck = () => new Promise(() => {});
  const last = () => ended.push("last");
  await endAll([first, stuck, last], 10, (message) => told.push(message));
  deepStrictEqual(ended, ["first", "last"]);
  match(told.join(), /^\(\) ?=> ?new Promise.* did not end in 0\.01 s\.$/);
});
