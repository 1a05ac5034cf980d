import { deepStrictEqual } from "node:assert/strict";
import { readJunit } from "./deno.ts";

Deno.test("a JUnit report is counted", () => {
  const xml = `<testsuites><testsuite name="./a.test.ts">
    <testcase name="works" classname="./a.test.ts" time="0.1"></testcase>
    <testcase name="later" classname="./a.test.ts"><skipped/></testcase>
    <testcase name="a &lt; b" classname="./a.test.ts"><failure message="x">1 &amp; 2</failure></testcase>
    <testcase name="has steps" classname="./a.test.ts"><failure message="x">1 test step failed.</failure></testcase>
  </testsuite></testsuites>`;
  deepStrictEqual(readJunit("kit", xml), {
    suite: "kit",
    passed: 1,
    skipped: 1,
    failures: [{ where: "./a.test.ts > a < b", message: "1 & 2" }],
  });
});
