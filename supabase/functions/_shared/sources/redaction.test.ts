import assert from "node:assert/strict";
import { Redactor } from "./redaction.ts";

Deno.test("secrets are taken out in every spelling they travel in", () => {
  const redactor = new Redactor();
  const secret = 'p/w "ü"+1';
  redactor.add({ token: secret, nested: [{ key: "sk-12345678" }] });
  const spellings = [
    secret,
    "p%2Fw%20%22%C3%BC%22%2B1",
    "p%2Fw+%22%C3%BC%22%2B1",
    'p/w \\"ü\\"+1',
    "cC93ICLDvCIrMQ==",
    "sk-12345678",
  ];
  for (const spelling of spellings) {
    const text = `GET /rows?key=${spelling}: refused ${spelling}.`;
    assert.equal(redactor.text(text), "GET /rows?key=[redacted]: refused [redacted].", spelling);
  }
});

Deno.test("an error that quotes a secret becomes one without; any other stays itself", () => {
  const redactor = new Redactor();
  redactor.add({ token: "sk-12345678" });
  const innocent = new RangeError("7 rows");
  assert.equal(redactor.error(innocent), innocent);
  const found = redactor.error(new RangeError("no sk-12345678 here"));
  assert.ok(found instanceof Error);
  assert.equal(found.message, "RangeError: no [redacted] here");
  assert.doesNotMatch(found.stack ?? "", /sk-12345678/);
});

Deno.test("documents are redacted in keys and values at any depth, and stay what they are", () => {
  const redactor = new Redactor();
  redactor.add({ token: 'quote"d-secret' });
  const document = { a: ['x quote"d-secret', 1, null, true], b: { 'quote"d-secret': { c: "y" } } };
  assert.deepEqual(redactor.json(document), {
    a: ["x [redacted]", 1, null, true],
    b: { "[redacted]": { c: "y" } },
  });
});

Deno.test("a secret inside of another leaves nothing of either", () => {
  const redactor = new Redactor();
  redactor.add(["abcd", "abcd-efgh", "abcd-efgh-ijkl"]);
  assert.equal(
    redactor.text("abcd-efgh-ijkl abcd-efgh abcd"),
    "[redacted] [redacted] [redacted]",
  );
});

Deno.test("short texts and no credentials leave everything as it is", () => {
  const redactor = new Redactor();
  redactor.add(null);
  redactor.add({ region: "eu", empty: "", port: 5432 });
  assert.equal(redactor.text("The queue of eu at 5432"), "The queue of eu at 5432");
});
