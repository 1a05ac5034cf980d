/**
 * Seals what must be read again but never shown: the credentials of data sources. AES-256-GCM under
 * a key of the environment; the database keeps envelopes alone and cannot open them.
 *
 * An envelope is its data source's own: agency and id are authenticated with it, so that it opens
 * beside no other. Its nonce is made of what it holds, so that a request that is repeated is the same
 * to the byte, and one with other credentials is another.
 *
 * `CREDENTIAL_KEYS` is `{"<key id>": "<base64 of 32 random bytes>", …}`, the newest first: it seals,
 * all of them open.
 * @module
 */

import { Buffer } from "node:buffer";
import { type Problem, problem } from "./problem.ts";

/** An envelope as the database keeps it. */
export interface Sealed {
  /** Which key of `CREDENTIAL_KEYS` opens it. */
  readonly key_id: string;
  /** 12 bytes, base64: as good as random to whoever has no key. */
  readonly nonce: string;
  /** Ciphertext and tag, base64. */
  readonly ciphertext: string;
}

/** The environment, or what a test puts in its place. */
export type SealingEnv = Readonly<Record<string, string | undefined>>;

/** Whose credentials they are, as the database names a data source. */
export interface Owner {
  readonly agency_id: string;
  /** The data source's. */
  readonly id: string;
}

/** What else might be sealed one day under the same keys cannot be passed off as credentials. */
const PURPOSE = "backline/data_source_credentials/v2";
/** JSON objects keep their order only where no key looks like a number. */
const KEY_ID = /^[a-z][a-z0-9_.-]{0,62}$/i;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** Seals a text for its owner under the newest key. Throws the problem CREDENTIAL_KEYS_INVALID. */
export async function seal(plaintext: string, owner: Owner, env: SealingEnv): Promise<Sealed> {
  const [[id, key]] = readKeys(env);
  const bytes = encode(plaintext);
  const nonce = await nonceOf(key, owner, bytes);
  const ciphertext = await crypto.subtle.encrypt(
    algorithm(nonce, owner),
    await cipherKey(key),
    bytes,
  );
  return { key_id: id, nonce: base64(nonce), ciphertext: base64(new Uint8Array(ciphertext)) };
}

/**
 * Opens an owner's envelope under the key it names. Throws the problems CREDENTIAL_KEYS_INVALID and
 * CREDENTIALS_UNREADABLE (its key is gone, it was altered, or it is somebody else's).
 */
export async function open(sealed: Sealed, owner: Owner, env: SealingEnv): Promise<string> {
  const key = new Map(readKeys(env)).get(sealed.key_id);
  if (!key) {
    throw problem("CREDENTIALS_UNREADABLE", {
      sentence: `The credentials were sealed with the key "${sealed.key_id}", which is no longer ` +
        "in CREDENTIAL_KEYS. Put it back, or enter the credentials again.",
    });
  }
  try {
    const plaintext = await crypto.subtle.decrypt(
      algorithm(Buffer.from(sealed.nonce, "base64"), owner),
      await cipherKey(key),
      Buffer.from(sealed.ciphertext, "base64"),
    );
    return new TextDecoder().decode(plaintext);
  } catch (cause) {
    throw problem("CREDENTIALS_UNREADABLE", { cause });
  }
}

/** The same content under the newest key; null where it is sealed with that one already. */
export async function reseal(
  sealed: Sealed,
  owner: Owner,
  env: SealingEnv,
): Promise<Sealed | null> {
  const [[newest]] = readKeys(env);
  if (sealed.key_id === newest) return null;
  return await seal(await open(sealed, owner, env), owner, env);
}

/** The id of the key that seals. Throws the problem CREDENTIAL_KEYS_INVALID. */
export function newestKeyId(env: SealingEnv): string {
  return readKeys(env)[0][0];
}

type Key = [id: string, key: Uint8Array<ArrayBuffer>];

function readKeys(env: SealingEnv): [Key, ...Key[]] {
  if (!env.CREDENTIAL_KEYS) throw invalid("CREDENTIAL_KEYS is not set");
  let value: unknown;
  try {
    value = JSON.parse(env.CREDENTIAL_KEYS);
  } catch {
    // The parser's own message quotes the text, and with it a key.
    throw invalid("CREDENTIAL_KEYS is not valid JSON");
  }
  const [first, ...older] = Object.entries(value ?? {}).map(([id, key]): Key => {
    if (!KEY_ID.test(id)) throw invalid("a key id in CREDENTIAL_KEYS does not begin with a letter");
    const bytes = Uint8Array.from(Buffer.from(String(key), "base64"));
    if (bytes.length !== KEY_BYTES) {
      throw invalid(`the key "${id}" in CREDENTIAL_KEYS is not ${KEY_BYTES} bytes in base64`);
    }
    return [id, bytes];
  });
  if (!first) throw invalid("CREDENTIAL_KEYS holds no key");
  return [first, ...older];
}

function invalid(what: string): Problem {
  return problem("CREDENTIAL_KEYS_INVALID", {
    sentence: `Credentials cannot be kept: ${what}. See DEPLOYMENT.md, "Keys for credentials".`,
  });
}

function algorithm(nonce: BufferSource, owner: Owner): AesGcmParams {
  return { name: "AES-GCM", iv: nonce, additionalData: encode(nameOf(owner)), tagLength: 128 };
}

/** Ids are of one length, so that no two owners share a name. */
function nameOf({ agency_id, id }: Owner): string {
  return [PURPOSE, agency_id, id].join("/");
}

/** A MAC of owner and content (a synthetic IV): equal only where both are. */
async function nonceOf(
  key: BufferSource,
  owner: Owner,
  plaintext: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const macKey = await derive(key, "nonce", { name: "HMAC", hash: "SHA-256" }, "sign");
  const mac = await crypto.subtle.sign(
    "HMAC",
    macKey,
    Buffer.concat([encode(`${nameOf(owner)}\0`), plaintext]),
  );
  return new Uint8Array(mac, 0, NONCE_BYTES);
}

function cipherKey(key: BufferSource): Promise<CryptoKey> {
  return derive(key, "cipher", { name: "AES-GCM", length: 256 }, "encrypt", "decrypt");
}

/** A key for one use alone (RFC 5869). */
async function derive(
  key: BufferSource,
  use: string,
  algorithm: AesDerivedKeyParams | HmacImportParams,
  ...usages: KeyUsage[]
): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveKey"]);
  const hkdf = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: encode(`${PURPOSE}/${use}`),
  };
  return await crypto.subtle.deriveKey(hkdf, root, algorithm, false, usages);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
