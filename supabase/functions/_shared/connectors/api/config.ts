import { z } from "zod";
import type { Json } from "../../database.types.ts";
import { mappingShape } from "../mapping.ts";
import { parsePath } from "./path.ts";

const name = z.string().min(1).max(200);
const JsonPath = z.string().max(500).refine((path) => parsePath(path) !== undefined, {
  error: "This is no path. Write data.items or results[0].rows.",
});
/** Names of headers, as RFC 9110 allows them. */
const HeaderName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/, {
  error: "This is no name of a header.",
}).refine((name) => name.toLowerCase() !== "host", {
  error: "Which host is asked is what the url says.",
});
const pageSize = z.int().min(1).max(10_000);

const Auth = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("bearer") }),
  z.strictObject({ kind: z.literal("header"), name: HeaderName }),
  z.strictObject({ kind: z.literal("query"), name }),
]);

const Paging = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({
    kind: z.literal("page"),
    parameter: name.default("page"),
    first: z.int().min(0).max(1).default(1),
    sizeParameter: name.optional(),
    size: pageSize.default(100),
  }),
  z.strictObject({
    kind: z.literal("offset"),
    parameter: name.default("offset"),
    sizeParameter: name.default("limit"),
    size: pageSize.default(100),
  }),
  z.strictObject({
    kind: z.literal("cursor"),
    parameter: name.default("cursor"),
    path: JsonPath.min(1),
  }),
  z.strictObject({ kind: z.literal("link") }),
]);

/** Config of a data source of type `api`. */
export const ApiConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000).meta({ example: "https://crm.example/v1/people" }),
  method: z.enum(["GET", "POST"]).default("GET"),
  query: z.record(name, z.string().max(2000)).default({}),
  headers: z.record(HeaderName, z.string().regex(/^[\t\x20-\x7e\x80-\xff]{0,2000}$/)).default({})
    .meta({ description: "Not for secrets: the config is readable." }),
  body: z.custom<{ [key: string]: Json }>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "Invalid input: expected object",
  ).optional().meta({
    description: "Sent as JSON with POST; page, offset or cursor stand in it then.",
    type: "object",
  }),
  auth: Auth.default({ kind: "none" }).meta({
    description: "Where the token of the credentials goes.",
  }),
  rows: JsonPath.default("").meta({
    description: "Where in the answer the list of rows is; empty: the answer is the list.",
    example: "data.items",
  }),
  total: JsonPath.optional().meta({
    description: "Where the answer says how many rows there are.",
  }),
  paging: Paging.default({ kind: "none" }),
  maxPages: z.int().min(1).max(10_000).default(1000),
  ...mappingShape,
}).meta({ id: "ApiSourceConfig" });

/** Config of a data source of type `api`. */
export type ApiConfig = z.infer<typeof ApiConfig>;

/** Credentials of a data source of type `api`. */
export const ApiCredentials = z.strictObject({
  token: z.string().min(1).max(10_000).optional(),
}).meta({ id: "ApiSourceCredentials" });

/** Credentials of a data source of type `api`. */
export type ApiCredentials = z.infer<typeof ApiCredentials>;
