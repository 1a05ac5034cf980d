/** What every Storage endpoint works with. */
import type { Claims, Keys } from "../keys.ts";
import type { StorageDatabase } from "./database.ts";
import { refused } from "./errors.ts";
import type { Files } from "./files.ts";

/** One request to `/storage/v1`. */
export interface StorageContext {
  request: Request;
  url: URL;
  /** Decoded parts of the path; empty where the route has none. */
  bucket: string;
  key: string;
  /** Who asks; anon without a token and a key. */
  claims: Claims;
  /** False when neither a token nor a key came along, or a bad token did. */
  authenticated: boolean;
  database: StorageDatabase;
  files: Files;
  keys: Keys;
  /** Bytes that no file may exceed, whatever its bucket says. */
  fileSizeLimit: number;
}

/** Answers one endpoint. */
export type Handler = (context: StorageContext) => Promise<Response>;

/** The JSON body; throws when it is no object. */
export async function readBody(context: StorageContext): Promise<Record<string, unknown>> {
  const body: unknown = await context.request.json().catch(() => null);
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw refused.badRequest("Body must be a JSON object");
  }
  return body as Record<string, unknown>;
}

/** A member of the body that must be a text. */
export function textOf(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== "string") throw refused.badRequest(`body/${name} must be string`);
  return value;
}

/** A member of the body that must be a list of texts, at least one and at most 1,000. */
export function textsOf(body: Record<string, unknown>, name: string): string[] {
  const value = body[name];
  if (!Array.isArray(value) || value.length === 0 || value.length > 1000) {
    throw refused.badRequest(`body/${name} must be a list of 1 to 1000 items`);
  }
  if (!value.every((item) => typeof item === "string")) {
    throw refused.badRequest(`body/${name} must hold strings`);
  }
  return value;
}

/** A member of the body that must be a whole number of at least `least`; absent, it is `absent`. */
export function countOf(
  body: Record<string, unknown>,
  name: string,
  least: number,
  absent?: number,
): number {
  const value = body[name] ?? absent;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least) {
    throw refused.badRequest(`body/${name} must be an integer >= ${least}`);
  }
  return value;
}
