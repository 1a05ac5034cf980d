/** The project's secrets and who a request speaks for. */
import { join } from "node:path";
import { errors, jwtVerify, SignJWT } from "jose";

/** Generated at the first start and kept, so that a client's configuration stays valid. */
export interface Keys {
  jwtSecret: string;
  /** Goes into browsers: `sb_publishable_…`, the role anon. */
  publishableKey: string;
  /** For servers only: `sb_secret_…`, the role service_role. */
  secretKey: string;
  /** The same two as the JWTs that hosted is retiring. */
  anonKey: string;
  serviceRoleKey: string;
  /** `CREDENTIAL_KEYS` of the functions: what credentials of data sources are sealed with. */
  credentialKeys: string;
}

/** Claims of a verified token or of the role a key stands for. */
export type Claims = Record<string, unknown> & { role: string; sub?: string };

/** Why a token was refused, in PostgREST's words. */
export class TokenError extends Error {
  constructor(readonly code: string, message: string, readonly details: string | null = null) {
    super(message);
  }
}

/** `kid` in the header of every token: libraries for hosted projects refuse tokens without one. */
const KEY_ID = "local-stack";

/** How far the clock of whoever made a token may be ahead of ours. */
const ALLOWED_SKEW_SECONDS = 30;

/** Reads the keys of a state folder, generating those that are not there yet. */
export async function loadKeys(stateDir: string): Promise<Keys> {
  const file = join(stateDir, "keys.json");
  const kept: Partial<Keys> = await Deno.readTextFile(file).then(JSON.parse, (error) => {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  });
  const keys = { ...await generateKeys(kept.jwtSecret), ...kept };
  const isComplete = Object.keys(keys).length === Object.keys(kept).length;
  if (!isComplete) await Deno.writeTextFile(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}

async function generateKeys(jwtSecret = randomText(36)): Promise<Keys> {
  const legacy = (role: string) =>
    signToken(jwtSecret, { iss: "supabase", role }, 10 * 365 * 86400);
  return {
    jwtSecret,
    publishableKey: `sb_publishable_${randomText(24)}`,
    secretKey: `sb_secret_${randomText(24)}`,
    anonKey: await legacy("anon"),
    serviceRoleKey: await legacy("service_role"),
    credentialKeys: JSON.stringify({
      local: crypto.getRandomValues(new Uint8Array(32)).toBase64(),
    }),
  };
}

function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

/** Signs an HS256 token that lives for `seconds`. */
export function signToken(
  secret: string,
  claims: Record<string, unknown>,
  seconds: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", kid: KEY_ID, typ: "JWT" })
    .setIssuedAt(now).setExpirationTime(now + seconds)
    .sign(new TextEncoder().encode(secret));
}

/** Tokens found good, the oldest first; each counts until it expires. PostgREST keeps such a cache, too. */
const verified = new Map<string, { secret: string; claims: Claims }>();

const MOST_VERIFIED = 1000;

/** Claims, to be read only, of a token signed with the project's secret; throws {@link TokenError}. */
export async function verifyToken(secret: string, token: string): Promise<Claims> {
  const known = verified.get(token);
  if (known?.secret === secret && Number(known.claims.exp) > Date.now() / 1000) return known.claims;
  verified.delete(token);
  const claims = await verify(secret, token);
  if (verified.size === MOST_VERIFIED) verified.delete(verified.keys().next().value ?? "");
  verified.set(token, { secret, claims });
  return claims;
}

async function verify(secret: string, token: string): Promise<Claims> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
    });
    // A token names the key it was signed with, or none; ours cannot have signed for another.
    if ("kid" in protectedHeader && protectedHeader.kid !== KEY_ID) {
      throw new errors.JWKSNoMatchingKey();
    }
    if ((payload.iat ?? 0) > Date.now() / 1000 + ALLOWED_SKEW_SECONDS) {
      throw new TokenError("PGRST303", "JWT issued at future");
    }
    return { ...payload, role: typeof payload.role === "string" ? payload.role : "anon" };
  } catch (error) {
    if (error instanceof TokenError) throw error;
    if (error instanceof errors.JWTExpired) throw new TokenError("PGRST303", "JWT expired");
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw new TokenError("PGRST303", "JWT not yet valid");
    }
    const parts = token.split(".").length;
    throw parts === 3
      ? new TokenError(
        "PGRST301",
        "No suitable key or wrong key type",
        "None of the keys was able to decode the JWT",
      )
      : new TokenError("PGRST301", `Expected 3 parts in JWT; got ${parts}`);
  }
}

/** The role an API key stands for, or null when it is not one of ours. */
export function roleOfKey(keys: Keys, key: string): "anon" | "service_role" | null {
  if (key === keys.publishableKey || key === keys.anonKey) return "anon";
  if (key === keys.secretKey || key === keys.serviceRoleKey) return "service_role";
  return null;
}

/** What the gateway found in a request's headers. */
export interface Credentials {
  /** The role of the `apikey`; null when the key is missing or unknown. */
  keyRole: "anon" | "service_role" | null;
  /** True when some `apikey` was sent. */
  hasKey: boolean;
  /** The user's token: what the Authorization header holds unless it repeats the API key. */
  token: string | null;
}

/** Reads `apikey` (header or query) and `Authorization` as hosted's gateway does. */
export function credentialsOf(request: Request, keys: Keys): Credentials {
  const key = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  const bearer = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1] ?? null;
  return {
    keyRole: key ? roleOfKey(keys, key) : null,
    hasKey: Boolean(key),
    token: bearer && bearer !== key ? bearer : null,
  };
}

/** Who speaks: the user's token wins over the key. Throws {@link TokenError}. */
export async function claimsOf(credentials: Credentials, keys: Keys): Promise<Claims> {
  const { token, keyRole } = credentials;
  if (token) return await verifyToken(keys.jwtSecret, token);
  return { iss: "supabase", role: keyRole ?? "anon" };
}
