import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { newestKeyId, open, reseal, seal, type Sealed, type SealingEnv } from "./sealing.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const keys = (value: Record<string, string>): SealingEnv => ({
  CREDENTIAL_KEYS: JSON.stringify(value),
});

const ENV = keys({ spring: key(1) });
const SECRET = JSON.stringify({ apiKey: "sk-Grüße-🔑" });

const rejects = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error: { code?: string }) => error.code === code);

Deno.test("what was sealed opens again, and never looks the same twice", async () => {
  const [one, two] = await Promise.all([seal(SECRET, ENV), seal(SECRET, ENV)]);
  assert.equal(one.key_id, "spring");
  assert.equal(Buffer.from(one.nonce, "base64").length, 12);
  assert.notEqual(one.nonce, two.nonce);
  assert.notEqual(one.ciphertext, two.ciphertext);
  assert.equal(await open(one, ENV), SECRET);
  assert.equal(await open(await seal("", ENV), ENV), "");
});

Deno.test("any altered bit of an envelope is noticed", async () => {
  const sealed = await seal(SECRET, ENV);
  for (const part of ["nonce", "ciphertext"] as const) {
    const bytes = Buffer.from(sealed[part], "base64");
    for (const at of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      await rejects(open({ ...sealed, [part]: altered.toString("base64") }, ENV), UNREADABLE);
    }
  }
  await rejects(open({ ...sealed, ciphertext: "" }, ENV), UNREADABLE);
  await rejects(open({ ...sealed, nonce: "" }, ENV), UNREADABLE);
  await rejects(open(sealed, keys({ spring: key(2) })), UNREADABLE);
});

Deno.test("an envelope sealed for another purpose is no credential", async () => {
  const raw = await crypto.subtle.importKey("raw", Buffer.alloc(32, 1), "AES-GCM", false, [
    "encrypt",
  ]);
  const nonce = new Uint8Array(12);
  const bytes = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode("webhooks") },
    raw,
    new TextEncoder().encode(SECRET),
  );
  const sealed: Sealed = {
    key_id: "spring",
    nonce: Buffer.from(nonce).toString("base64"),
    ciphertext: Buffer.from(bytes).toString("base64"),
  };
  await rejects(open(sealed, ENV), UNREADABLE);
});

Deno.test("a rotation: the newest key seals, older ones open until they are taken away", async () => {
  const before = await seal(SECRET, ENV);
  const both = keys({ autumn: key(2), spring: key(1) });
  assert.equal(newestKeyId(both), "autumn");
  assert.equal(await open(before, both), SECRET);

  const after = await reseal(before, both);
  assert.equal(after?.key_id, "autumn");
  assert.equal(await reseal(after!, both), null);

  const autumn = keys({ autumn: key(2) });
  assert.equal(await open(after!, autumn), SECRET);
  await assert.rejects(open(before, autumn), /sealed with the key "spring"/);
});

Deno.test("keys that are missing or faulty are named, and none is quoted", async () => {
  const secret = "c2VjcmV0LXNlY3JldA==";
  const table: [SealingEnv, RegExp][] = [
    [{}, /CREDENTIAL_KEYS is not set/],
    [{ CREDENTIAL_KEYS: "" }, /is not set/],
    [{ CREDENTIAL_KEYS: `{"a": "${secret}"` }, /not valid JSON/],
    [{ CREDENTIAL_KEYS: "{}" }, /holds no key/],
    [{ CREDENTIAL_KEYS: "null" }, /holds no key/],
    [keys({ spring: secret }), /"spring" in CREDENTIAL_KEYS is not 32 bytes/],
    // Object.keys puts "2" before "10" and both before letters, whatever was written first.
    [keys({ 2026: key(1) }), /does not begin with a letter/],
  ];
  for (const [env, message] of table) {
    await assert.rejects(seal(SECRET, env), (error: Error & { code: string; status: number }) => {
      assert.match(error.message, message);
      assert.deepEqual([error.code, error.status], ["CREDENTIAL_KEYS_INVALID", 503]);
      assert.ok(!error.message.includes(secret) && error.cause === undefined);
      return true;
    });
  }
});

const UNREADABLE = "CREDENTIALS_UNREADABLE";
