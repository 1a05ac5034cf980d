/**
 * Random requests for an operation, by its schemas: sound ones, and ones with something wrong.
 * @module
 */

import fc from "fast-check";
import type { Document, Operation, Schema } from "./_api.ts";

/** A request before it is sent. */
export interface FuzzRequest {
  path: string;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body: unknown;
}

/** Texts that have broken something somewhere. */
const NASTY = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "\u202e\u0000",
  "'; drop table leads; --",
  "{{7*7}}${7*7}",
  "../../etc/passwd",
  "%00%2e%2e%2f",
  "*",
  "%",
  "\\",
  "null",
  "undefined",
  "NaN",
  "-1",
  "1e999",
  "0x10",
  "__proto__",
  "constructor",
  "true",
  "[]",
  "{}",
  "(select 1)",
  "=1+1",
  "x".repeat(5000),
  "\u{1f9e8}".repeat(300),
  "infinity",
  "-infinity",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "2026-02-30",
  "00000000-0000-0000-0000-000000000000",
];

const nastyText = fc.constantFrom(...NASTY);

/** Any value, most of them wrong wherever they are put. */
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e21, 2 ** 53, 9007199254740993, [], {}, [null]),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(
    JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'),
  ),
);

/** Values for ids by the name of their parameter or field. */
export type KnownIds = Record<string, string>;

/** Makes values for the schemas of one document. */
export function arbitraries({ components }: Document, known: () => KnownIds) {
  const id = (name: string) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(name).map((it) => known()[it] ?? known().other ?? "") },
      { weight: 1, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constant("").map(() => known().foreign ?? "") },
    );

  /** A value that fits a schema. */
  function fitting(schema: Schema, name = "", depth = 0): fc.Arbitrary<unknown> {
    if (schema.$ref) {
      return fitting(components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, name, depth);
    }
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return fc.oneof(...choices.map((it) => fitting(it, name, depth)));
    if (schema.allOf) {
      return fc.tuple(...schema.allOf.map((it) => fitting(it, name, depth)))
        .map((parts) => Object.assign({}, ...parts as object[]));
    }
    const types = [schema.type ?? "object"].flat();
    return fc.oneof(...types.map((type) => ofType(type, schema, name, depth)));
  }

  function ofType(
    type: string,
    schema: Schema,
    name: string,
    depth: number,
  ): fc.Arbitrary<unknown> {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
      case "number": {
        const min = schema.minimum ?? (schema.exclusiveMinimum ?? -1001) + 1;
        const max = schema.maximum ?? Math.max(min, 100000);
        return fc.integer({ min: Math.ceil(min), max: Math.floor(Math.min(max, 2 ** 31)) });
      }
      case "string":
        return textOf(schema, name);
      case "array":
        return fc.array(fitting(schema.items ?? {}, name, depth + 1), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 4, 4)),
        });
      default:
        return objectOf(schema, depth);
    }
  }

  function textOf(schema: Schema, name: string): fc.Arbitrary<string> {
    switch (schema.format) {
      case "uuid":
        return id(name);
      case "email":
        return fc.nat(1e9).map((n) => `fuzz${n}@example.test`);
      case "date-time":
        return fc.date({
          min: new Date("2020-01-01"),
          max: new Date("2030-01-01"),
          noInvalidDate: true,
        }).map((date) => date.toISOString());
      case "date":
        return fc.date({
          min: new Date("2020-01-01"),
          max: new Date("2030-01-01"),
          noInvalidDate: true,
        }).map((date) => date.toISOString().slice(0, 10));
    }
    if (/password/i.test(name)) return fc.string({ minLength: 8, maxLength: 40 });
    if (/email/i.test(name)) return fc.nat(1e9).map((n) => `fuzz${n}@example.test`);
    if (name === "assignee") return id("userId");
    const length = {
      minLength: schema.minLength ?? 0,
      maxLength: Math.min(schema.maxLength ?? 40, 60),
    };
    return fc.oneof(
      { weight: 3, arbitrary: fc.string({ ...length, unit: "grapheme" }) },
      {
        weight: 2,
        arbitrary: fc.constantFrom("a", "ada", "vip", "leads.read", "sales", "instagram"),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom("custom:fuzz", "https://example.com/a", "GB", "EUR", "call"),
      },
    );
  }

  function objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const entries = Object.entries(schema.properties ?? {});
    if (entries.length === 0) {
      return depth > 3
        ? fc.constant({})
        : fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue(), {
          maxKeys: 3,
        });
    }
    return fc.record(
      Object.fromEntries(entries.map(([key, it]) => [key, fitting(it, key, depth + 1)])),
      { requiredKeys: schema.required ?? [] },
    );
  }

  /** A body with one thing changed: a field away, one too many, or another value somewhere. */
  function broken(sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
    return fc.oneof(
      { weight: 1, arbitrary: anyValue },
      {
        weight: 4,
        arbitrary: fc.tuple(
          sound,
          fc.nat(),
          anyValue,
          fc.constantFrom("drop", "add", "set", "deep"),
        )
          .map(([value, n, other, how]) => change(value, n, other, how)),
      },
    );
  }

  /** A request of the operation: three of five are sound in all parts. */
  function request(operation: Operation): fc.Arbitrary<FuzzRequest> {
    const of = (place: string) => operation.parameters.filter((it) => it.in === place);
    const sometimes = <T, U>(good: fc.Arbitrary<T>, bad: fc.Arbitrary<U>) =>
      fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad });
    const text = (schema: Schema, name: string) =>
      sometimes(fitting(schema, name).map(String), nastyText);
    const path = fc.record(
      Object.fromEntries(of("path").map(({ name, schema }) => [name, text(schema, name)])),
    ).map((values: Record<string, string>) =>
      operation.path.replaceAll(
        /\{(\w+)\}/g,
        (_, name) => encodeURIComponent((values[name] ?? "").toWellFormed()) || "%20",
      )
    );
    const query = fc.record(
      Object.fromEntries(of("query").map(({ name, schema }) => [name, text(schema, name)])),
      { requiredKeys: [] },
    ).map((values) => Object.entries(values as Record<string, string>));
    const odd = fc.constantFrom<[string, string]>(["colour", "red"], ["page", "2"], [
      "__proto__",
      "1",
    ]);
    const sound = operation.body && fitting(operation.body.schema);
    return fc.record({
      path,
      query: sometimes(query, fc.tuple(query, odd).map(([some, more]) => [...some, more])),
      headers: fc.record({
        "X-Agency-Id": sometimes(
          id("agencyId"),
          fc.constantFrom("", "none", "*", "' or 1=1 --", "x".repeat(300)),
        ),
        "X-Request-Id": fc.constantFrom("abc", "a".repeat(500), "<script>", "a;b", "../x"),
        "Idempotency-Key": sometimes(fc.uuid(), fc.constantFrom("", "x".repeat(300), "'")),
      }, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>,
      body: sound
        ? fc.oneof({ weight: 3, arbitrary: sound }, { weight: 2, arbitrary: broken(sound) })
        : fc.constant(undefined),
    });
  }

  return { request };
}

function change(value: unknown, n: number, other: unknown, how: string): unknown {
  if (Array.isArray(value)) {
    return value.length ? value.with(n % value.length, other) : [other];
  }
  if (typeof value !== "object" || value === null) return other;
  const entries = Object.entries(value);
  const index = entries.length ? n % entries.length : 0;
  const [key, inner] = entries[index] ?? ["unknown", null];
  switch (how) {
    case "drop":
      return Object.fromEntries(entries.toSpliced(index, 1));
    case "add":
      return { ...value, unknownField: other };
    case "deep":
      return { ...value, [key]: change(inner, n >> 3, other, "set") };
    default:
      return { ...value, [key]: other };
  }
}
