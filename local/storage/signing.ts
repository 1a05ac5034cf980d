/** Signed URLs: tokens that open one object for one act, until they expire. */
import { errors, jwtVerify } from "jose";
import { signToken } from "../keys.ts";
import type { StorageContext } from "./context.ts";
import { refused, StorageError } from "./errors.ts";

/** What a signed URL is good for. */
export type Scope = "download" | "upload";

/** Claims of a signed URL's token. */
export interface SignedClaims {
  /** `<bucket>/<key>`. */
  url: string;
  scope: Scope;
  exp: number;
  /** Whose upload it is. */
  owner?: string;
  /** Whether the upload may replace what is there. */
  upsert?: boolean;
}

/** Makes a token for one object. */
export function sign(
  { keys }: StorageContext,
  claims: Omit<SignedClaims, "exp">,
  seconds: number,
): Promise<string> {
  return signToken(keys.jwtSecret, { ...claims }, seconds);
}

/** The claims of the URL's token, which must be for this act on this object. */
export async function verifySignature(
  { keys, url, bucket, key }: StorageContext,
  scope: Scope,
): Promise<SignedClaims> {
  const token = url.searchParams.get("token");
  if (!token) throw refused.badRequest("querystring must have required property 'token'");
  let claims: SignedClaims;
  try {
    const secret = new TextEncoder().encode(keys.jwtSecret);
    const { payload } = await jwtVerify(token, secret, {
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
    });
    claims = payload as unknown as SignedClaims;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new StorageError(400, "InvalidJWT", error.message);
  }
  if (claims.scope !== scope) throw refused.badSignature(`Token is not scoped for ${scope}`);
  if (claims.url !== `${bucket}/${key}`) throw refused.badSignature();
  return claims;
}
