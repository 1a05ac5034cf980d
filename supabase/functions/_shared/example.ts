import { z } from "@hono/zod-openapi";
import { peel, unwrap } from "./mapping.ts";

/**
 * An example of what a schema describes, put together from the examples of its fields: the document
 * shows it, and the tests send it. A field without an example of its own gets one by its type; one
 * that may be left out is left out.
 */
export function exampleOf(schema: z.ZodType): unknown {
  const own = ownExample(schema);
  if (own !== undefined) return own;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.fromEntries(
      Object.entries(inner.shape)
        .filter(([, member]) => isShown(member))
        .map(([key, member]) => [key, exampleOf(member)]),
    );
  }
  if (inner instanceof z.ZodArray) return [exampleOf(inner.element as z.ZodType)];
  if (inner instanceof z.ZodUnion) return exampleOf(inner.options[0] as z.ZodType);
  if (inner instanceof z.ZodEnum) return inner.options[0];
  if (inner instanceof z.ZodLiteral) return [...inner.values][0];
  if (inner instanceof z.ZodBoolean) return true;
  if (inner instanceof z.ZodNumber) return 1;
  if (inner instanceof z.ZodNull) return null;
  if (inner instanceof z.ZodString || inner instanceof z.ZodStringFormat) {
    return textExample(inner.format);
  }
  return {};
}

function isShown(schema: z.ZodType): boolean {
  return !(schema instanceof z.ZodOptional) || ownExample(schema) !== undefined;
}

/** The example a schema was given, before or after it was made optional, nullable or defaulted. */
function ownExample(schema: z.ZodType): unknown {
  for (let layer: z.ZodType | undefined = schema; layer; layer = peel(layer)) {
    const example = layer.meta()?.example;
    if (example !== undefined) return example;
  }
}

function textExample(format: string | null): string {
  switch (format) {
    case "guid":
    case "uuid":
      return "0199a3c4-d5e6-7890-8abc-def012345678";
    case "datetime":
      return "2026-11-02T09:30:00Z";
    case "date":
      return "2026-11-02";
    case "email":
      return "ada@example.com";
    case "url":
      return "https://example.com";
    default:
      return "text";
  }
}
