import assert from "node:assert/strict";
import { toApiError } from "./errors.ts";

const failed = (code: string, message = "m", detail?: string) =>
  Object.assign(new Error(message), { code, detail });

Deno.test("a database that cannot be reached is 503, not the caller's fault", () => {
  for (const code of ["ECONNREFUSED", "CONNECTION_CLOSED", "CONNECT_TIMEOUT"]) {
    const { status, code: answered } = toApiError(failed(code), "authenticated");
    assert.deepEqual([status, answered], [503, "PGRST000"]);
  }
});

Deno.test("a missing privilege is 401 for anon, with a challenge, and 403 for everybody else", () => {
  assert.deepEqual(toApiError(failed("42501"), "anon").headers, { "www-authenticate": "Bearer" });
  assert.equal(toApiError(failed("42501"), "anon").status, 401);
  assert.equal(toApiError(failed("42501"), "authenticated").status, 403);
});

Deno.test("statuses out of range and broken JSON errors are 500", () => {
  assert.equal(toApiError(failed("PT999"), "anon").status, 500);
  assert.equal(toApiError(failed("PGRST", "no json"), "anon").code, "PGRST121");
});

Deno.test("an error raised as JSON decides everything itself", () => {
  const raised = failed(
    "PGRST",
    '{"code":"own","message":"m","details":"d","hint":"h"}',
    '{"status":402,"headers":{"X-Own":"1"}}',
  );
  assert.deepEqual(toApiError(raised, "anon"), {
    status: 402,
    code: "own",
    message: "m",
    details: "d",
    hint: "h",
    headers: { "X-Own": "1" },
  });
});
