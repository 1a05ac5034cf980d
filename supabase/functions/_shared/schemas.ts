import { z } from "@hono/zod-openapi";
import type { Json } from "./database.types.ts";

/** An id. Time-ordered UUIDs are made, any UUID is taken. */
export const Id = z.guid().meta({
  format: "uuid",
  example: "0199a3c4-d5e6-7890-8abc-def012345678",
});

/** A moment with its offset from UTC. */
export const Timestamp = z.iso.datetime({ offset: true }).meta({ example: "2026-11-02T09:30:00Z" });

/** A calendar day. */
export const Day = z.iso.date().meta({ example: "2026-11-02" });

/** A free JSON object: its keys are the caller's own and pass untouched. */
export const JsonObject = z.custom<{ [key: string]: Json }>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "Invalid input: expected object",
).meta({ type: "object", additionalProperties: true, example: { source: "fair" } });

/** Short words for filtering. */
export const Tags = z.array(z.string().min(1)).meta({ example: ["vip"] });

/** `asc` or `desc`. */
export const SortOrder = z.enum(["asc", "desc"]);

/** Query of what can be read as it was. */
export const AsOfQuery = z.strictObject({
  asOf: Timestamp.optional().meta({
    description:
      "The moment to read; now unless told. Who may see it is decided by today's rights.",
  }),
});

/** Items on a page unless the caller says otherwise. */
export const DEFAULT_PAGE_SIZE = 20;

/** The paging half of a list's query. */
export const PageQuery = z.strictObject({
  page: z.coerce.number().int().min(1).default(1).meta({ example: 1 }),
  pageSize: z.coerce.number().int().min(1).max(100).default(DEFAULT_PAGE_SIZE).meta({
    example: DEFAULT_PAGE_SIZE,
  }),
});

/** Query of a filtered list: paging by number or cursor, sorting by one of `columns`, search, filters. */
export function listQuery<const C extends readonly [string, ...string[]], F extends z.ZodRawShape>(
  columns: C,
  filters: F,
) {
  return PageQuery.extend({
    sortBy: z.enum(columns).default(columns[0]),
    sortOrder: SortOrder.default("desc").meta({ example: "desc" }),
    search: z.string().min(1).max(200).optional().meta({ example: "ada" }),
    cursor: z.string().max(1000).optional().meta({
      description:
        "Pages by key instead of by number: empty for the first page, then the last answer's nextCursor.",
    }),
    ...filters,
  });
}
