/**
 * Any API that answers with JSON: where its rows are and how it pages is said in the config.
 * @module
 */

import { Buffer } from "node:buffer";
import { z } from "zod";
import {
  type Batch,
  type Connector,
  type ConnectorContext,
  type JsonObject,
  type Source,
  withEstimate,
} from "../connector.ts";
import { SourceError } from "../errors.ts";
import { jsonClient, type SendJson, type SourceAnswer, type SourceRequest } from "../http.ts";
import { type Page, readPages } from "../pages.ts";
import { flatten } from "../values.ts";
import { ApiConfig, ApiCredentials } from "./config.ts";
import { valueAt } from "./path.ts";

const SAMPLE_ROWS = 5;

const Position = z.object({
  /** Of the page, of its first row, or of nothing; a cursor or an address as a text. */
  at: z.union([z.number(), z.string()]).nullable(),
  /** How many pages lie before. */
  pages: z.int().nonnegative(),
  /** What the page before looked like, to notice one that comes again and again. */
  before: z.string().nullable(),
});
type Position = z.infer<typeof Position>;

type ApiSource = Source<ApiConfig, ApiCredentials>;

/** Any JSON API. */
export const api: Connector<ApiConfig, ApiCredentials> = withEstimate({
  type: "api",
  configSchema: ApiConfig,
  credentialsSchema: ApiCredentials,
  jobParams: ["maxPages"],
  urls: ({ url }) => ({ url }),
  knownFields: () => ({}),

  async test(source, context) {
    for await (const { rows, total } of api.run(source, null, context)) {
      const fields = new Set(rows.flatMap(({ values }) => Object.keys(values)));
      return { sample: rows.slice(0, SAMPLE_ROWS), total, fields: [...fields] };
    }
    return { sample: [], total: 0, fields: [] };
  },

  run: (source, checkpoint, context) => read(source, checkpoint, context),
});

function read(
  source: ApiSource,
  checkpoint: JsonObject | null,
  context: ConnectorContext,
): AsyncGenerator<Batch> {
  const { config } = source;
  const send = jsonClient(context, source);
  return readPages<Position>({
    position: Position,
    first: { at: firstOf(config), pages: 0, before: null },
    readPage: (position) => readPage(source, send, context, position),
    judge: (items) =>
      items.map((item) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
          ? { values: flatten(item) }
          : { field: null, reason: "is not a JSON object", values: { value: item } }
      ),
  }, checkpoint);
}

function firstOf({ paging }: ApiConfig): number | null {
  if (paging.kind === "page") return paging.first;
  return paging.kind === "offset" ? 0 : null;
}

async function readPage(
  source: ApiSource,
  send: SendJson,
  context: ConnectorContext,
  position: Position,
): Promise<Page<Position>> {
  const { config } = source;
  const answer = await send(requestFor(source, position.at));
  const items = valueAt(answer.body, config.rows);
  if (!Array.isArray(items)) {
    const where = config.rows === "" ? "The answer" : `What the answer has at ${config.rows}`;
    throw new SourceError("wrong_shape", `${where} is not a list.`);
  }
  const said = config.total === undefined ? undefined : valueAt(answer.body, config.total);
  const total = typeof said === "number" && said >= 0 ? Math.floor(said) : null;
  const before = await digest(items);
  if (items.length > 0 && before === position.before) {
    throw new SourceError("wrong_shape", "The same page came twice: check the paging.");
  }
  const at = nextOf(config, position.at, answer, items.length);
  const pages = position.pages + 1;
  if (at !== null && pages >= config.maxPages) {
    context.log("warning", "There are more pages than maxPages allows; the rest is not read.", {
      maxPages: config.maxPages,
    });
    return { items, next: null, total };
  }
  return { items, next: at === null ? null : { at, pages, before }, total };
}

/** Where the next page is: an empty page ends pages and offsets, since sizes may be less than asked for. */
function nextOf(
  { paging, auth, ...config }: ApiConfig,
  at: Position["at"],
  answer: SourceAnswer,
  count: number,
): Position["at"] {
  switch (paging.kind) {
    case "none":
      return null;
    case "page":
      return count === 0 ? null : Number(at) + 1;
    case "offset":
      return count === 0 ? null : Number(at) + count;
    case "cursor": {
      const cursor = valueAt(answer.body, paging.path);
      const isCursor = typeof cursor === "string" && cursor !== "" || typeof cursor === "number";
      if (!isCursor) return null;
      return moved(String(cursor), at);
    }
    case "link": {
      const target = nextLink(answer.headers.get("link") ?? "");
      if (target === undefined) return null;
      const next = URL.parse(target, at === null ? config.url : String(at));
      if (!next) throw new SourceError("wrong_shape", "The link to the next page is no URL.");
      // The token goes where the owner said, and nowhere else.
      if (next.origin !== new URL(config.url).origin) {
        throw new SourceError("wrong_shape", "The link to the next page leads to another server.");
      }
      // It becomes the checkpoint, which is kept in clear: the token that it repeats is added anew.
      if (auth.kind === "query") next.searchParams.delete(auth.name);
      return moved(next.href, at);
    }
  }
}

function moved(next: string, at: Position["at"]): string {
  if (next !== at) return next;
  throw new SourceError("wrong_shape", "The next page is the same page: check the paging.");
}

/** The address with rel=next of a Link header (RFC 8288). */
function nextLink(header: string): string | undefined {
  for (const [, target, parameters = ""] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters)) return target;
  }
}

function requestFor({ config, credentials }: ApiSource, at: Position["at"]): SourceRequest {
  const { paging, auth } = config;
  const url = new URL(paging.kind === "link" && at !== null ? String(at) : config.url);
  const headers: Record<string, string> = { ...config.headers };
  const parameters: Record<string, string | number> = {};
  if (paging.kind === "page" || paging.kind === "offset") {
    if (paging.sizeParameter) parameters[paging.sizeParameter] = paging.size;
    parameters[paging.parameter] = Number(at);
  }
  if (paging.kind === "cursor" && at !== null) parameters[paging.parameter] = at;

  // The next page's address has the query already.
  if (paging.kind !== "link" || at === null) {
    for (const [name, value] of Object.entries(config.query)) url.searchParams.set(name, value);
  }
  if (auth.kind !== "none") {
    const { token } = credentials;
    if (!token) throw new SourceError("unauthorized", "The credentials have no token.");
    if (auth.kind === "bearer") headers.Authorization = `Bearer ${token}`;
    if (auth.kind === "header") headers[auth.name] = token;
    if (auth.kind === "query") url.searchParams.set(auth.name, token);
  }
  if (config.method === "POST") {
    headers["Content-Type"] = "application/json";
    return { url, headers, body: JSON.stringify({ ...config.body, ...parameters }) };
  }
  for (const [name, value] of Object.entries(parameters)) {
    url.searchParams.set(name, String(value));
  }
  return { url, headers };
}

async function digest(items: readonly unknown[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(items));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Buffer.from(hash).toString("hex").slice(0, 16);
}
