import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  base64url,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";
import { assertFailure, foundAgency, rowsOf } from "./_agency.ts";
import { call, client, signUp, stack } from "./_support.ts";

const agency = await foundAgency("Tokens");
const { owner } = agency;
const { data: made } = await client(owner.token).from("clients")
  .insert({ agency_id: agency.id, name: "Kept" }).select().single();

const now = Math.floor(Date.now() / 1000);
const good: JWTPayload = {
  sub: owner.id,
  role: "authenticated",
  aud: "authenticated",
  iss: `${stack.url}/auth/v1`,
  email: owner.email,
  iat: now,
  exp: now + 3600,
};
const ours = new TextEncoder().encode(stack.jwtSecret);
const HS256: JWTHeaderParameters = { alg: "HS256", typ: "JWT" };

const json = (value: unknown) => base64url.encode(JSON.stringify(value));

function sign(
  claims: JWTPayload = good,
  header: JWTHeaderParameters = HS256,
  key: Parameters<SignJWT["sign"]>[0] = ours,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

/** A token of any parts, signed with the stack's own secret whatever its header says. */
async function signedParts(header: string, payload: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", ours, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const text = `${header}.${payload}`;
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return `${text}.${base64url.encode(new Uint8Array(signature))}`;
}

const own = await generateKeyPair("RS256", { extractable: true });
const ec = await generateKeyPair("ES256", { extractable: true });
const jwks = await (await fetch(`${stack.url}/auth/v1/.well-known/jwks.json`)).text();
const [head = "", body = "", signature = ""] = (await sign()).split(".");
const service = { ...good, role: "service_role" };

/** Tokens that must open nothing; the values say what is wrong with them. */
const forged: Record<string, string> = {
  "alg none, without a signature": `${json({ alg: "none", typ: "JWT" })}.${json(good)}.`,
  "alg None": `${json({ alg: "None", typ: "JWT" })}.${json(good)}.`,
  "alg nOnE with a genuine signature": `${json({ alg: "nOnE" })}.${body}.${signature}`,
  "alg none as the secret role": `${json({ alg: "none" })}.${json(service)}.`,
  "no alg": await signedParts(json({ typ: "JWT" }), json(good)),
  "a signature cut off": `${head}.${body}.`,
  "two parts": `${head}.${body}`,
  "a signature cut short": `${head}.${body}.${signature.slice(0, -4)}`,
  "a signature with more": `${head}.${body}.${signature}AAAA`,
  "four parts": `${head}.${body}.${signature}.${signature}`,
  "dots before": `..${head}.${body}.${signature}`,
  "five parts, as an encrypted token": `${head}...${body}.${signature}`,
  "signed with the publishable key": await sign(
    good,
    HS256,
    new TextEncoder().encode(stack.publishableKey),
  ),
  "signed with the published key set": await sign(good, HS256, new TextEncoder().encode(jwks)),
  "signed with nothing but zeros": await sign(good, HS256, new Uint8Array(32)),
  "signed with another secret": await sign(good, HS256, crypto.getRandomValues(new Uint8Array(36))),
  "the secret role with another secret": await sign(service, HS256, new Uint8Array(36).fill(1)),
  "the secret role under the owner's signature": `${head}.${json(service)}.${signature}`,
  "somebody else under the owner's signature": `${head}.${
    json({ ...good, sub: crypto.randomUUID() })
  }.${signature}`,
  "signed by RS256 with a key of the forger": await sign(good, { alg: "RS256" }, own.privateKey),
  "signed by ES256 with a key of the forger": await sign(good, { alg: "ES256" }, ec.privateKey),
  "with the forger's key inside (jwk)": await sign(
    good,
    { alg: "RS256", jwk: await exportJWK(own.publicKey) },
    own.privateKey,
  ),
  "with the forger's key by address (jku)": await sign(
    good,
    { alg: "RS256", jku: "http://127.0.0.1:9/jwks.json" },
    own.privateKey,
  ),
  "with the forger's certificate by address (x5u)": await sign(
    good,
    { alg: "RS256", x5u: "http://127.0.0.1:9/cert.pem" },
    own.privateKey,
  ),
  "a secret as jwk, and signed with it": await sign(
    good,
    { ...HS256, jwk: { kty: "oct", k: base64url.encode(new Uint8Array(32)) } as never },
    new Uint8Array(32),
  ),
  "signed for a key that is not there (kid)": await sign(good, { ...HS256, kid: "another" }),
  "a kid that is a path": await sign(good, { ...HS256, kid: "../../../../dev/null" }),
  "a kid that is SQL": await sign(good, { ...HS256, kid: "x' union select 'a' --" }),
  "HS384 with the genuine secret": await sign(good, { alg: "HS384" }),
  "HS512 with the genuine secret": await sign(good, { alg: "HS512" }),
  "an extension nobody knows (crit)": await signedParts(
    json({ ...HS256, crit: ["urn:example:x"], "urn:example:x": true }),
    body,
  ),
  "a header that is no JSON": await signedParts(base64url.encode("alg=HS256"), body),
  "a payload that is no JSON": await signedParts(head, base64url.encode("sub=owner")),
  "a payload that is a list": await signedParts(head, json([good])),
  "a payload that is a text": await signedParts(head, json("owner")),
  "a payload that is null": await signedParts(head, json(null)),
  "a payload that is not UTF-8": await signedParts(
    head,
    base64url.encode(new Uint8Array([0x7b, 0xff, 0x7d])),
  ),
  "parts that are no base64": "!!!.???.***",
  "empty parts": "..",
  "one word": "token",
  "the word null": "null",
  "an exp that is a text": await signedParts(head, json({ ...good, exp: "never" })),
  "an nbf that is a text": await signedParts(head, json({ ...good, nbf: "always" })),
  "a large token nobody signed": `${head}.${json({ ...good, x: "x".repeat(8000) })}.${signature}`,
};

/** Tokens of the stack's own making at the wrong time. */
const untimely: Record<string, string> = {
  "expired an hour ago": await sign({ ...good, iat: now - 7200, exp: now - 3600 }),
  "expired in 1970": await sign({ ...good, exp: 1 }),
  "expired before it began": await sign({ ...good, exp: -1 }),
  "not yet valid": await sign({ ...good, nbf: now + 3600 }),
  "made in the future": await sign({ ...good, iat: now + 3600, exp: now + 7200 }),
};

async function refusedEverywhere(what: string, token: string) {
  const paths: [method: string, path: string, body?: unknown][] = [
    ["GET", "/auth/me"],
    ["GET", "/leads"],
    ["POST", "/campaigns", { name: "Forged" }],
    ["POST", `/agencies/${agency.id}/invite`, { email: "x@example.test", roles: ["owner"] }],
  ];
  for (const [method, path, body] of paths) {
    const reply = await call(method, path, body, { token });
    const code = what.startsWith("expired") ? "TOKEN_EXPIRED" : "INVALID_TOKEN";
    assertFailure(reply, 401, code, `${what}: ${method} ${path}`);
    strictEqual(reply.headers.get("www-authenticate"), "Bearer");
  }
  const headers = {
    apikey: stack.publishableKey,
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
  };
  const requests: [method: string, path: string, body?: string][] = [
    ["GET", "agencies"],
    ["PATCH", `clients?id=eq.${made.id}`, '{"name":"Forged"}'],
    ["DELETE", `clients?id=eq.${made.id}`],
    ["POST", "rpc/create_campaign", '{"name":"Forged"}'],
    ["POST", "rpc/get_me", "{}"],
  ];
  for (const [method, path, body] of requests) {
    const response = await fetch(`${stack.url}/rest/v1/${path}`, { method, headers, body });
    const answer = await response.json();
    strictEqual(response.status, 401, `${what}: ${method} ${path}: ${JSON.stringify(answer)}`);
    match(answer.code, /^PGRST30[0-3]$/, what);
    match(response.headers.get("www-authenticate") ?? "", /^Bearer/);
  }
  const user = await fetch(`${stack.url}/auth/v1/user`, { headers });
  ok([401, 403].includes(user.status), `${what}: /auth/v1/user ${await user.text()}`);
}

Deno.test("the token that the forged ones are made from is good", async () => {
  const { status } = await call("GET", "/auth/me", undefined, { token: await sign() });
  strictEqual(status, 200);
});

Deno.test("no forged token opens anything", async (t) => {
  const before = await rowsOf(agency);
  for (const [what, token] of Object.entries(forged)) {
    await t.step(what, () => refusedEverywhere(what, token));
  }
  deepStrictEqual(await rowsOf(agency), before);
});

Deno.test("no token opens anything before or after its time", async (t) => {
  const before = await rowsOf(agency);
  for (const [what, token] of Object.entries(untimely)) {
    await t.step(what, () => refusedEverywhere(what, token));
  }
  deepStrictEqual(await rowsOf(agency), before);
});

Deno.test("no forged key passes for the secret key", async () => {
  const secret = { iss: "supabase", role: "service_role" };
  const forgeries = [
    await sign(secret, HS256, new Uint8Array(36)),
    `${json({ alg: "none" })}.${json(secret)}.`,
    `${stack.secretKey}x`,
    stack.secretKey.slice(0, -1),
    "sb_secret_",
    stack.publishableKey.replace("publishable", "secret"),
  ];
  for (const apikey of forgeries) {
    for (const Authorization of [undefined, `Bearer ${apikey}`]) {
      const headers = { apikey, ...Authorization ? { Authorization } : {} };
      const response = await fetch(`${stack.url}/rest/v1/agencies`, { headers });
      strictEqual(response.status, 401, await response.text());
      const admin = await fetch(`${stack.url}/auth/v1/admin/users`, { headers });
      ok([401, 403].includes(admin.status), await admin.text());
    }
  }
});

// PostgREST compares no issuer at all, and an audience only where `jwt-aud` is set, which hosted
// projects do not. Whoever can sign with the project's key can write any claim, so this costs nothing.
Deno.test("issuer and audience of a genuine signature are not compared, as on hosted", async () => {
  for (const claims of [{ iss: "https://elsewhere.example" }, { aud: "another" }]) {
    const token = await sign({ ...good, ...claims });
    strictEqual((await call("GET", "/auth/me", undefined, { token })).status, 200);
    const { data } = await client(token).from("agencies").select("id");
    deepStrictEqual(data, [{ id: agency.id }]);
  }
});

Deno.test("a genuine token in another scheme, twice or in the query opens nothing", async () => {
  const token = await sign();
  const attempts: Record<string, string>[] = [
    { Authorization: `Basic ${token}` },
    { Authorization: token },
    { Authorization: `Bearer ${token} ${token}` },
    { Authorization: `Bearer ${token}, Bearer ${token}` },
    { Authorization: "Bearer" },
    { "X-Authorization": `Bearer ${token}` },
    { Cookie: `sb-access-token=${token}` },
  ];
  for (const headers of attempts) {
    const reply = await call("GET", "/auth/me", undefined, { headers });
    strictEqual(reply.status, 401, JSON.stringify(headers));
    strictEqual(reply.body.success, false);
  }
  const reply = await call("GET", `/leads?access_token=${token}`);
  strictEqual(reply.status, 401);
});

Deno.test("a token speaks for its user even beside another one's API key or agency", async () => {
  const stranger = await signUp({ agencyName: "Strangers" });
  const before = await rowsOf(agency);
  const reply = await call("POST", "/campaigns", { name: "Mine" }, {
    token: stranger.token,
    agencyId: agency.id,
  });
  assertFailure(reply, 404, "AGENCY_NOT_FOUND");
  const { data } = await client(stranger.token).from("clients").select().eq("id", made.id);
  deepStrictEqual(data, []);
  deepStrictEqual(await rowsOf(agency), before);
});
