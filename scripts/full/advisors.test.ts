import { deepStrictEqual } from "node:assert/strict";
import { judge } from "./advisors.ts";

const finding = { name: "lint", level: "WARN", detail: "something", cacheKey: "lint_a" };

Deno.test("a warning that nobody allowed stays, an information does not matter", () => {
  deepStrictEqual(judge([finding, { ...finding, level: "INFO", cacheKey: "lint_b" }], []), [
    "WARN lint: something (lint_a)",
  ]);
});

Deno.test("an allowed finding is settled, with a reason", () => {
  deepStrictEqual(judge([finding], [{ cacheKey: "lint_a", reason: "Meant so." }]), []);
  deepStrictEqual(judge([finding], [{ cacheKey: "lint_a", reason: " " }]), [
    "advisors.allow.json gives no reason for lint_a",
  ]);
});

Deno.test("an entry that allows nothing has to go", () => {
  deepStrictEqual(judge([], [{ cacheKey: "lint_a", reason: "Meant so." }]), [
    "advisors.allow.json allows what is not found: lint_a",
  ]);
});
