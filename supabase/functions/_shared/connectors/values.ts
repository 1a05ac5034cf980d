/**
 * What becomes of a source's values on their way into the database.
 * @module
 */

import type { Json } from "../database.types.ts";
import type { JsonObject } from "./connector.ts";

/** The most one value may hold; a lead's documents are limited to as much by the database. */
const MAX_VALUE_BYTES = 64 * 1024;
const EXCERPT_CHARACTERS = 500;
const EXCERPT_FIELDS = 100;
const MAX_TAGS = 50;
const MAX_DEPTH = 64;
/** In JSON, and not behind a backslash that is itself escaped. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

/** Nothing worth storing. */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined ||
    typeof value === "string" && value.trim() === "" ||
    Array.isArray(value) && value.length === 0;
}

/** Why a row cannot be stored, or undefined: Postgres takes no NUL, and nobody wants a novel in a cell. */
export function faultOf(
  values: Readonly<Record<string, unknown>>,
): { field: string; reason: string } | undefined {
  for (const [field, value] of Object.entries(values)) {
    const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
    // Counting characters first spares measuring nearly all values.
    if (text.length > MAX_VALUE_BYTES / 3 && byteLength(text) > MAX_VALUE_BYTES) {
      return { field: shorten(field), reason: "is larger than 64 KB" };
    }
    const hasNul = typeof value === "string" ? text.includes("\0") : ESCAPED_NUL.test(text);
    if (hasNul || field.includes("\0")) {
      return { field: shorten(field), reason: "contains the NUL character" };
    }
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

function shorten(text: string): string {
  const sound = text.replaceAll("\0", "\uFFFD").toWellFormed();
  if (sound.length <= EXCERPT_CHARACTERS) return sound;
  return `${sound.slice(0, EXCERPT_CHARACTERS).toWellFormed()}…`;
}

/** What there is of a rejected row: every value as a text, none of them long. */
export function excerpt(values: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).slice(0, EXCERPT_FIELDS)
      .map(([field, value]) => [shorten(field), shorten(asText(value))]),
  );
}

/** A value as JSON that Postgres stores: half surrogate pairs become the replacement character. */
export function storable(value: unknown, depth = 0): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map((
      [key, inner],
    ) => [key.toWellFormed(), storable(inner, depth + 1)]),
  );
}

/** A value as a text: lists by commas, objects as JSON. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    return value.filter((item) => !isBlank(item)).map(asText).join(", ");
  }
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.toWellFormed();
}

/** A list of tags, from a list or from a text that parts them by commas, semicolons or bars. */
export function asTags(value: unknown): string[] {
  const parts = Array.isArray(value) ? value.map(asText) : asText(value).split(/[,;|]/);
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))]
    .slice(0, MAX_TAGS);
}

/** First and last name of a whole one: "Ada Byron", "Byron, Ada". */
export function nameParts(name: string): { first_name?: string; last_name?: string } {
  const [last, first] = name.split(",").map((part) => part.trim());
  if (first && last) return { first_name: first, last_name: last };
  const words = name.trim().split(/\s+/);
  const final = words.pop();
  return words.length === 0
    ? { first_name: final }
    : { first_name: words.join(" "), last_name: final };
}

/**
 * An object with its inner objects' fields beside each other: `{company: {name}}` becomes
 * `company.name`. Lists stay as they are.
 */
export function flatten(value: object, prefix = "", depth = 0): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const path = prefix ? `${prefix}.${key}` : key;
    const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    if (isObject && depth < 8) Object.assign(flat, flatten(inner, path, depth + 1));
    else {
      Object.defineProperty(flat, path, {
        value: inner,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return flat;
}
