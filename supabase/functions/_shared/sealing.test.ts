import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  newestKeyId,
  open,
  type Owner,
  reseal,
  seal,
  type Sealed,
  type SealingEnv,
} from "./sealing.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const keys = (value: Record<string, string>): SealingEnv => ({
  CREDENTIAL_KEYS: JSON.stringify(value),
});

const ENV = keys({ spring: key(1) });
const OWNER: Owner = {
  agency_id: "0199a3c4-d5e6-7890-8abc-000000000001",
  id: "0199a3c4-d5e6-7890-8abc-000000000002",
};
const SECRET = JSON.stringify({ apiKey: "sk-Grüße-🔑" });

const rejects = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error: { code?: string }) => error.code === code);

/** The same but one, of each thing an envelope is made of. */
const OTHERS: [what: string, secret: string, owner: Owner][] = [
  ["agency", SECRET, { ...OWNER, agency_id: OWNER.id }],
  ["source", SECRET, { ...OWNER, id: OWNER.agency_id }],
  ["content", `${SECRET} `, OWNER],
];

Deno.test("what was sealed opens again", async () => {
  const sealed = await seal(SECRET, OWNER, ENV);
  assert.equal(sealed.key_id, "spring");
  assert.equal(Buffer.from(sealed.nonce, "base64").length, 12);
  assert.equal(await open(sealed, OWNER, ENV), SECRET);
  assert.equal(await open(await seal("", OWNER, ENV), OWNER, ENV), "");
});

Deno.test("equal envelopes hold the same for the same source, under the same key", async () => {
  const sealed = await seal(SECRET, OWNER, ENV);
  assert.deepEqual(await seal(SECRET, OWNER, ENV), sealed);
  for (const [what, secret, owner] of OTHERS) {
    const other = await seal(secret, owner, ENV);
    assert.notEqual(other.nonce, sealed.nonce, what);
    assert.notEqual(other.ciphertext, sealed.ciphertext, what);
  }
  // No table of guesses helps without the key.
  assert.notEqual((await seal(SECRET, OWNER, keys({ spring: key(2) }))).nonce, sealed.nonce);
});

Deno.test("an envelope opens for its own source alone, and its refusal tells nothing of it", async () => {
  const sealed = await seal(SECRET, OWNER, ENV);
  for (const [what, , owner] of OTHERS.slice(0, 2)) {
    await assert.rejects(open(sealed, owner, ENV), (error: Error & { code: string }) => {
      assert.equal(error.code, UNREADABLE, what);
      assert.match(error.message, /cannot be opened. Enter them again/);
      assert.ok(!`${error.message} ${error.cause}`.includes("sk-"));
      return true;
    });
  }
});

Deno.test("any altered bit of an envelope is noticed", async () => {
  const sealed = await seal(SECRET, OWNER, ENV);
  for (const part of ["nonce", "ciphertext"] as const) {
    const bytes = Buffer.from(sealed[part], "base64");
    for (const at of bytes.keys()) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      await rejects(
        open({ ...sealed, [part]: altered.toString("base64") }, OWNER, ENV),
        UNREADABLE,
      );
    }
  }
  await rejects(open({ ...sealed, ciphertext: "" }, OWNER, ENV), UNREADABLE);
  await rejects(open({ ...sealed, nonce: "" }, OWNER, ENV), UNREADABLE);
  await rejects(open(sealed, OWNER, keys({ spring: key(2) })), UNREADABLE);
});

Deno.test("what the same key seals by itself is no credential, even in a source's name", async () => {
  const raw = await crypto.subtle.importKey("raw", Buffer.alloc(32, 1), "AES-GCM", false, [
    "encrypt",
  ]);
  const nonce = new Uint8Array(12);
  const name = `backline/data_source_credentials/v2/${OWNER.agency_id}/${OWNER.id}`;
  const bytes = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(name) },
    raw,
    new TextEncoder().encode(SECRET),
  );
  const sealed: Sealed = {
    key_id: "spring",
    nonce: Buffer.from(nonce).toString("base64"),
    ciphertext: Buffer.from(bytes).toString("base64"),
  };
  await rejects(open(sealed, OWNER, ENV), UNREADABLE);
});

Deno.test("a rotation: the newest key seals, older ones open until they are taken away", async () => {
  const before = await seal(SECRET, OWNER, ENV);
  const both = keys({ autumn: key(2), spring: key(1) });
  assert.equal(newestKeyId(both), "autumn");
  assert.equal(await open(before, OWNER, both), SECRET);

  const after = await reseal(before, OWNER, both);
  assert.equal(after?.key_id, "autumn");
  assert.equal(await reseal(after!, OWNER, both), null);

  const autumn = keys({ autumn: key(2) });
  assert.equal(await open(after!, OWNER, autumn), SECRET);
  await assert.rejects(open(before, OWNER, autumn), /sealed with the key "spring"/);
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
    await assert.rejects(
      seal(SECRET, OWNER, env),
      (error: Error & { code: string; status: number }) => {
        assert.match(error.message, message);
        assert.deepEqual([error.code, error.status], ["CREDENTIAL_KEYS_INVALID", 503]);
        assert.ok(!error.message.includes(secret) && error.cause === undefined);
        return true;
      },
    );
  }
});

const UNREADABLE = "CREDENTIALS_UNREADABLE";
