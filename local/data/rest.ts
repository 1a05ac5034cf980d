/**
 * `/rest/v1`: the Data API. Tables and views are @supabase/lite's work (a query builder that speaks
 * PostgREST); who asks, in which role and settings, and how errors look, is decided here.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import { CompiledQuery, type Kysely } from "kysely";
import postgres from "postgres";
import type { ProjectConfig } from "../config.ts";
import type { Claims } from "../keys.ts";
import { contextQuery, type DataRequest, plainHeaders } from "./context.ts";
import { type DatabaseError, errorResponse, toApiError } from "./errors.ts";
import { callFunction, readCache, type RpcCache } from "./rpc.ts";

/** The Data API of one database. */
export interface DataApi {
  /** Answers a request below `/rest/v1` for a caller whose token has been checked. */
  handle(request: Request, claims: Claims): Promise<Response>;
  close(): Promise<void>;
}

/** The members of lite's connection that it keeps private and that need mending. */
interface LiteInternals {
  rlsState: string;
  applyJwtSessionContext(db: Kysely<unknown>): Promise<void>;
  applyRpcRequestGucs(): Promise<void>;
  normalizeDbError(error: unknown): unknown;
  introspect(options?: { useCache?: boolean }): Promise<unknown>;
}

/** Opens the Data API. `authenticatorUrl` serves requests; `adminUrl` only reads the catalogue. */
export async function openDataApi(
  authenticatorUrl: string,
  adminUrl: string,
  config: ProjectConfig,
): Promise<DataApi> {
  const current = new AsyncLocalStorage<DataRequest>();
  const pool = { max: 10, onnotice: () => {}, connection: { TimeZone: "UTC" } };
  const sql = postgres(authenticatorUrl, pool);
  const admin = postgres(adminUrl, { ...pool, max: 1 });
  const catalogue = createPostgresConnection({ url: adminUrl, postgresOptions: { max: 1 } });
  const lite = createPostgresConnection({
    url: authenticatorUrl,
    postgresOptions: { max: 5, onnotice: () => {}, types: WIRE_TYPES },
  });

  let cache: Promise<RpcCache> | undefined;
  const reload = () => {
    cache = readCache(admin, config.schemas);
    cache.catch(() => cache = undefined);
    return Promise.all([cache, lite.clearSchemaCache(), catalogue.clearSchemaCache()]);
  };

  const internals = lite as unknown as LiteInternals;
  // Lite would grant everything to anon on its first request.
  internals.rlsState = "active";
  internals.introspect = (options) => catalogue.introspect(options);
  internals.applyRpcRequestGucs = () => Promise.resolve();
  internals.applyJwtSessionContext = async (db) => {
    const request = current.getStore();
    if (!request) throw new Error("A query of the Data API outside of a request.");
    const { settings } = await (cache ?? reload().then(([fresh]) => fresh));
    const [text, values] = contextQuery(request, settings, config.extraSearchPath);
    await db.executeQuery(CompiledQuery.raw(text, values));
    if (request.method === "GET" || request.method === "HEAD") {
      await db.executeQuery(CompiledQuery.raw("set transaction read only"));
    }
    if (settings.preRequest) {
      await db.executeQuery(CompiledQuery.raw(`select ${settings.preRequest}()`));
    }
  };
  internals.normalizeDbError = (error) => {
    const role = current.getStore()?.claims.role ?? "anon";
    const { code } = error as DatabaseError;
    if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code) || KEEPS_WORDING.test(code)) {
      return error;
    }
    // Lite passes a `PGRST` error through with all its parts, whatever its code and status.
    const { status, headers, ...body } = toApiError(error as DatabaseError, role);
    return Object.assign(new Error(JSON.stringify(body)), {
      code: "PGRST",
      detail: JSON.stringify({ status, headers: headers ?? {} }),
    });
  };

  quietRefusals(() => current.getStore() !== undefined);
  const app = new App({
    connection: lite,
    api: { schemas: config.schemas },
    auth: { enabled: false },
    options: {
      server: {
        middlewares: [async (c, next) => {
          c.set("ignoreAuthorization", true);
          c.set("apiKeyType", "secret");
          c.set("jwt", current.getStore()?.claims);
          await next();
        }],
      },
    },
  });

  await reload();
  // Also after a lost connection, when a notification may have been missed. A failure shows in the
  // next request, which tries again.
  const refresh = () => void reload().catch(() => {});
  const listener = await admin.listen("pgrst", refresh, refresh);

  return {
    async handle(request, claims) {
      const url = new URL(request.url);
      const refusal = unsoundUrl(url);
      if (refusal) return refusal;
      const write = !["GET", "HEAD"].includes(request.method);
      const schema = request.headers.get(write ? "content-profile" : "accept-profile") ??
        config.schemas[0] ?? "public";
      if (!config.schemas.includes(schema)) return unknownSchema(schema, config.schemas);
      const data: DataRequest = {
        method: request.method,
        path: url.pathname.replace("/rest/v1", "") || "/",
        headers: plainHeaders(request.headers),
        claims,
        schema,
      };
      let body: string | undefined;
      if (data.path.startsWith("/rpc/")) {
        body = write ? await request.text() : "";
        for (let attempt = 0; attempt < 2; attempt++) {
          const known = await (cache ?? reload().then(([fresh]) => fresh));
          const path = config.extraSearchPath;
          const response = await callFunction(sql, data, url, body, known, path);
          if (response?.status !== 404 || !await isMiss(response)) {
            if (response) return response;
            break;
          }
          if (attempt > 0) return response;
          await reload();
        }
      }
      return await current.run(
        data,
        () =>
          Promise.resolve(app.fetch(
            body === undefined ? request : new Request(request.url, {
              ...request,
              method: request.method,
              headers: request.headers,
              body: body || undefined,
            }),
          )),
      );
    },
    async close() {
      await listener.unlisten();
      await Promise.all([
        ...[sql, admin].map((it) => it.end({ timeout: 5 })),
        lite.close(),
        catalogue.close(),
      ]);
    },
  };
}

/** Codes whose message lite itself rewrites to PostgREST's wording. */
const KEEPS_WORDING = /^(42703|42P01|42883|PGRST)$/;

/** Values as Postgres writes them into JSON, which is what PostgREST answers. */
const WIRE_TYPES = {
  numeric: wireType(1700, (text) => Number.isFinite(Number(text)) ? Number(text) : text),
  timestamp: wireType(1114, (text) => text.replace(" ", "T")),
  timestamptz: wireType(
    1184,
    (text) => text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"),
  ),
};

function wireType(oid: number, parse: (text: string) => string | number) {
  return { to: oid, from: [oid], serialize: String, parse };
}

/** Lite prints every refused request; only what it did not expect should reach the terminal. */
function quietRefusals(inRequest: () => boolean): void {
  const print = console.error;
  console.error = (...args: unknown[]) => {
    const [error] = args;
    const refusal = error instanceof Error && ("code" in error || "relation" in error);
    if (!refusal || !inRequest()) print(...args);
  };
}

async function isMiss(response: Response): Promise<boolean> {
  const { code } = await response.clone().json().catch(() => ({}));
  return code === "PGRST202";
}

/** Refuses what lite and the protocol of Postgres stumble over, as PostgREST and Postgres would. */
function unsoundUrl({ pathname, searchParams }: URL): Response | null {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return invalidPath();
  }
  if (/^\/rest\/v1\/*$/.test(path)) return invalidPath();
  if (![path, ...searchParams].flat().some((text) => text.includes("\0"))) return null;
  return errorResponse({
    status: 400,
    code: "22021",
    message: 'invalid byte sequence for encoding "UTF8": 0x00',
    details: null,
    hint: null,
  });
}

function invalidPath(): Response {
  return errorResponse({
    status: 404,
    code: "PGRST125",
    message: "Invalid path specified in request URL",
    details: null,
    hint: null,
  });
}

function unknownSchema(schema: string, exposed: string[]): Response {
  return errorResponse({
    status: 406,
    code: "PGRST106",
    message: `Invalid schema: ${schema}`,
    details: null,
    hint: `Only the following schemas are exposed: ${exposed.join(", ")}`,
  });
}
