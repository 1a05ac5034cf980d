import assert from "node:assert/strict";

const MEGABYTE = 1024 * 1024;

Deno.test("200 MB pass through a small part of the memory they would fill", async () => {
  const probe = new URL("./memory_probe.ts", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", probe],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { rows, sent, size, grown } = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(rows, sent);
  assert.ok(size > 199 * MEGABYTE);
  // What is kept at a time is a chunk, a batch and the parser's own buffers.
  assert.ok(grown < 128 * MEGABYTE, `${Math.round(grown / MEGABYTE)} MB`);
});
