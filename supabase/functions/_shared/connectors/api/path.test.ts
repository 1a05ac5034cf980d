import assert from "node:assert/strict";
import { valueAt } from "./path.ts";

const ANSWER = { data: { items: [{ rows: [1, 2] }], "odd.key": { 'a"b': 3 }, "": 4 }, list: [5] };

Deno.test("a path leads to what it names, or to nothing", () => {
  const table: [path: string, value: unknown][] = [
    ["", ANSWER],
    ["$", ANSWER],
    ["list", [5]],
    ["$.list[0]", 5],
    ['$["list"][0]', 5],
    ["data.items[0].rows", [1, 2]],
    ['data["odd.key"]["a\\"b"]', 3],
    ['data[""]', 4],
    ["list[1]", undefined],
    ["list.length.x", undefined],
    ["data.items.rows", undefined],
    ["constructor", undefined],
    ["data.__proto__", undefined],
  ];
  for (const [path, value] of table) assert.deepEqual(valueAt(ANSWER, path), value, path);
});
