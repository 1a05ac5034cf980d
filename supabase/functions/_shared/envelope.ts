import { z } from "@hono/zod-openapi";
import { KIT_CODES } from "./codes.ts";

/** How a list is paged: `page` by number or cursor, `cursor` by that alone, `all` answers everything at once. */
export type Listing = "page" | "cursor" | "all";

const PagePagination = z.object({
  page: z.number().int().meta({ example: 1 }),
  pageSize: z.number().int().meta({ example: 20 }),
  total: z.number().int().meta({ example: 1 }),
  totalPages: z.number().int().meta({ example: 1 }),
}).openapi("PagePagination");

const CursorPagination = z.object({
  nextCursor: z.string().nullable().meta({
    description: "Where the next page begins; null after the last.",
    example: null,
  }),
  pageSize: z.number().int().meta({ example: 20 }),
}).openapi("CursorPagination");

/** The envelope of a success. */
export function envelope(data: z.ZodType, list: Listing | undefined, message: string | undefined) {
  const success = z.literal(true);
  if (list === "page") {
    return z.object({
      success,
      data: z.array(data),
      pagination: z.union([PagePagination, CursorPagination]),
    });
  }
  if (list === "cursor") {
    return z.object({ success, data: z.array(data), pagination: CursorPagination });
  }
  const body = z.object({ success, data: list === "all" ? z.array(data) : data });
  return message ? body.extend({ message: z.string().meta({ example: message }) }) : body;
}

/** The envelope of a failure. */
export const Failure = z.object({
  success: z.literal(false),
  error: z.string().meta({ description: "A sentence for a person." }),
  code: z.string().meta({ description: "A stable code for a program." }),
  details: z.array(z.object({ path: z.string(), message: z.string() })).optional().meta({
    description: "The single faults, each with its place in the request.",
  }),
  requestId: z.string().meta({
    description: "Also in X-Request-Id; names the request in our log.",
  }),
}).openapi("Failure");

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: "Malformed request",
  401: "Not signed in, or the token is not valid",
  403: "Not allowed",
  404: "Not found, or not visible to you",
  409: "Conflict with what is there",
  413: "Body too large",
  415: "Not JSON",
  422: "A value is not valid",
  429: "Too many requests; Retry-After says when to go on",
  500: "Failure on our side",
  502: "The service behind cannot be reached",
  503: "Not ready",
  504: "Took too long",
};

/** The documented response of a failing status, with an example of the kit's own codes where there is one. */
export function failure(status: number) {
  const known = Object.entries(KIT_CODES).find(([, code]) => code.status === status);
  const example = {
    success: false,
    error: status === 404 ? "No such row is visible to you." : known?.[1].sentence,
    code: status === 404 ? "LEAD_NOT_FOUND" : known?.[0],
    ...(status === 422 ? { details: [{ path: "name", message: "Required." }] } : {}),
    requestId: "req_0199a3c4d5e67890",
  };
  return {
    description: DESCRIPTIONS[status] ?? "Failure",
    content: { "application/json": { schema: Failure, example } },
  };
}
