/**
 * Names between HTTP and SQL, driven by the zod contract: a declared key is camelCase outside and
 * snake_case inside. What the contract leaves open (`JsonObject`, records, the contents of jsonb
 * columns) passes untouched.
 * @module
 */

import { z } from "@hono/zod-openapi";
import type { Json } from "./database.types.ts";

/** A JSON object in SQL's spelling. */
export type JsonColumns = { [key: string]: Json | undefined };

/** A value that is the name of a field: spelled for HTTP on the way out, like a key. */
export const FieldName = z.string().meta({
  description: "A field's name as HTTP spells it.",
  example: "firstName",
});

/** A value that is an SQL error code: spelled for HTTP on the way out, like the envelope's. */
export const MachineCode = z.string().meta({
  description: "A stable code for a program.",
  example: "LEAD_NOT_FOUND",
});

const snakeNames = new Map<string, string>();

/** `last30Days` -> `last_30_days`. Only for names the contract declares. */
export function snake(name: string): string {
  let result = snakeNames.get(name);
  if (result === undefined) {
    result = name
      .replace(/([a-z])([0-9]+)/g, "$1_$2")
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toLowerCase();
    snakeNames.set(name, result);
  }
  return result;
}

/** `last_30_days` -> `last30Days`. */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, first: string) => first.toUpperCase());
}

/** What an optional, nullable or default wrapper holds; `undefined` for anything else. */
export function peel(schema: z.ZodType): z.ZodType | undefined {
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault;
  return wraps ? schema.unwrap() as z.ZodType : undefined;
}

/** The schema without its optional, nullable and default wrappers. */
export function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  for (let next = peel(inner); next; next = peel(inner)) inner = next;
  return inner;
}

/** The contract's declared keys of `value` in SQL's spelling; other keys of a loose object as they are. */
export function toColumns(schema: z.ZodObject, value: object): JsonColumns {
  const shape: Readonly<Record<string, z.ZodType>> = schema.shape;
  const columns: JsonColumns = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const declared = Object.hasOwn(shape, key) ? shape[key] : undefined;
    // Defining keeps a key such as __proto__ a plain key.
    Object.defineProperty(columns, declared ? snake(key) : key, {
      value: declared ? toSql(declared, inner) : inner,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return columns;
}

function toSql(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject && isObject(value)) return toColumns(inner, value);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    const element = inner.element as z.ZodType;
    return value.map((item) => toSql(element, item));
  }
  return value;
}

/** What SQL answered in the contract's spelling; keys the contract does not declare are dropped. */
export function fromColumns(schema: z.ZodType, value: unknown): unknown {
  return readerOf(schema)(value);
}

type Reader = (value: unknown) => unknown;

const readers = new WeakMap<z.ZodType, Reader>();

/** Made once for each schema: to ask one what it is takes longer than to read a value by it. */
function readerOf(schema: z.ZodType): Reader {
  let reader = readers.get(schema);
  if (!reader) {
    reader = makeReader(unwrap(schema));
    readers.set(schema, reader);
  }
  return reader;
}

function makeReader(schema: z.ZodType): Reader {
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(schema.shape).map(([key, member]) => ({
      key,
      column: snake(key),
      read: readerOf(member),
    }));
    return (value) => {
      if (!isObject(value)) return value;
      const result: Record<string, unknown> = {};
      for (const { key, column, read } of members) {
        if (Object.hasOwn(value, column)) result[key] = read(Reflect.get(value, column));
      }
      return result;
    };
  }
  if (schema instanceof z.ZodArray) {
    const read = readerOf(schema.element as z.ZodType);
    return (value) => Array.isArray(value) ? value.map((item) => read(item)) : value;
  }
  if (schema instanceof z.ZodRecord && schema.keyType === FieldName) {
    return (value) =>
      isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, member]) => [camel(key), member]))
        : value;
  }
  if (schema === FieldName) return (value) => typeof value === "string" ? camel(value) : value;
  if (schema === MachineCode) {
    return (value) => typeof value === "string" ? value.toUpperCase() : value;
  }
  return (value) => value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
