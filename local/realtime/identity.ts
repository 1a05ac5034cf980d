/** Whom a connection or a channel speaks for. */
import { decodeJwt } from "jose";
import { type Claims, type Keys, roleOfKey, TokenError, verifyToken } from "../keys.ts";

/** Why something is refused: `reason` in the answer to a join, and a status for HTTP. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string, readonly status = 401) {
    super(message);
  }

  /** As a join is answered. */
  get reason(): string {
    return `${this.code}: ${this.message}`;
  }
}

/** Who speaks, and until when. */
export interface Identity {
  claims: Claims;
  /** Seconds since 1970; null for the project's own keys. */
  expiresAt: number | null;
}

/** Whom an API key stands for: one of the project's, or a token used as one. */
export async function identityOfKey(keys: Keys, key: string | null): Promise<Identity> {
  if (!key) throw new Refusal("MissingAPIKey", "API key is missing");
  const role = roleOfKey(keys, key);
  if (role) return { claims: { iss: "supabase", role }, expiresAt: null };
  return await identityOfToken(keys, key);
}

/** Reads and checks a user's token; throws {@link Refusal}. */
export async function identityOfToken(keys: Keys, token: string): Promise<Identity> {
  let exp: unknown, role: unknown;
  try {
    ({ exp, role } = decodeJwt(token));
  } catch {
    throw new Refusal("MalformedJWT", "The token provided is not a valid JWT");
  }
  try {
    const claims = await verifyToken(keys.jwtSecret, token);
    if (typeof exp !== "number" || typeof role !== "string") {
      throw new Refusal("InvalidJWTToken", "Fields `role` and `exp` are required in JWT");
    }
    return { claims, expiresAt: exp };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (error.code === "PGRST301") {
      throw new Refusal("JwtSignatureError", "Failed to validate JWT signature");
    }
    throw error.message === "JWT expired"
      ? expired(Number(exp))
      : new Refusal("InvalidJWTToken", error.message);
  }
}

/** What is said of a token that lived until `exp`. */
export function expired(exp: number): Refusal {
  const seconds = Math.max(0, Math.floor(Date.now() / 1000 - exp));
  return new Refusal("InvalidJWTToken", `Token has expired ${seconds} seconds ago`);
}
