import { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { checkAnnouncedLength, MAX_IMPORT_BYTES } from "./body.ts";
import type { KitConfig } from "./config.ts";
import { ALLOWED_HEADERS, EXPOSED_HEADERS, SECURITY_HEADERS } from "./headers.ts";
import type { KitApp, KitContext, KitEnv } from "./operation.ts";
import { Problem, problem } from "./problem.ts";
import { charge } from "./upstream.ts";
import { validationProblem } from "./validation.ts";

/** What {@link createApp} needs. */
export interface AppOptions {
  /** The function's name, which is also the first segment of its paths. */
  readonly name: string;
  /** The app's configuration. */
  readonly config: KitConfig;
}

const METHODS = ["GET", "POST", "PUT", "DELETE"];

/** A function's router with everything every endpoint shares; routes are registered on it. */
export function createApp({ name, config }: AppOptions): KitApp {
  const app = new OpenAPIHono<KitEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw validationProblem(result.error, result.target);
    },
  });

  const { allowedOrigins } = config;
  app.use(async (c, next) => {
    const requestId = requestIdOf(c);
    const headers = { ...SECURITY_HEADERS, "X-Request-Id": requestId };
    c.set("config", config);
    c.set("requestId", requestId);
    c.set("headers", headers);
    await next();
    // By now there is an answer, whoever made it. What is put on the context before, Hono copies.
    for (const [header, value] of Object.entries(headers)) c.res.headers.set(header, value);
  });
  app.options(
    "*",
    cors({
      origin: allowedOrigins === "*" ? "*" : [...allowedOrigins],
      allowMethods: METHODS,
      allowHeaders: ALLOWED_HEADERS,
      exposeHeaders: EXPOSED_HEADERS,
      maxAge: 7200,
    }),
  );
  const open = {
    "Access-Control-Expose-Headers": EXPOSED_HEADERS.join(","),
    // Answers belong to one caller.
    "Cache-Control": "no-store",
    ...allowedOrigins === "*" ? {} : { "Vary": "Origin" },
  };
  app.use(async (c, next) => {
    Object.assign(c.get("headers"), open, allowOrigin(config, c.req.header("origin")));
    checkAnnouncedLength(c.req.raw.headers, MAX_IMPORT_BYTES);
    await next();
  });

  app.notFound((c) => {
    const allowed = METHODS.filter((method) => hasRoute(app, method, c.req.path));
    if (allowed.length === 0) return failed(c, name, problem("ROUTE_NOT_FOUND"));
    return failed(
      c,
      name,
      problem("METHOD_NOT_ALLOWED", { headers: { Allow: allowed.join(", ") } }),
    );
  });
  app.onError(async (error, c) => failed(c, name, await counted(c, asProblem(error))));
  return app;
}

/** Tells an origin whose pages may read the answer that they may. */
function allowOrigin({ allowedOrigins }: KitConfig, origin = ""): Record<string, string> {
  if (allowedOrigins === "*") return { "Access-Control-Allow-Origin": "*" };
  return allowedOrigins.includes(origin) ? { "Access-Control-Allow-Origin": origin } : {};
}

/** The caller's own name of the request, where it is a sane one. */
function requestIdOf(c: KitContext): string {
  const sent = c.req.header("x-request-id") ?? "";
  return /^[\w=-]{1,128}$/.test(sent) ? sent : `req_${crypto.randomUUID().replaceAll("-", "")}`;
}

/** Middlewares answer to every method and say nothing about a path. */
function hasRoute(app: KitApp, method: string, path: string): boolean {
  return app.router.match(method, path)[0].some(([[, route]]) => route.method === method);
}

function asProblem(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status === 415) {
    return problem("UNSUPPORTED_MEDIA_TYPE", { cause: error });
  }
  if (error instanceof HTTPException && error.status === 400) {
    return problem("MALFORMED_REQUEST", { cause: error });
  }
  return problem("INTERNAL_ERROR", { cause: error });
}

/** What the database could not count: what is refused before it, and tokens that are nobody's. */
async function counted(c: KitContext, failure: Problem): Promise<Problem> {
  const isNobodys = failure.code === "INVALID_TOKEN" || failure.code === "TOKEN_EXPIRED";
  const isDone = c.get("counted") && !isNobodys;
  if (!c.get("contract") || isDone || failure.status >= 500) return failure;
  try {
    await charge(c, isNobodys ? "nobody" : "caller");
  } catch (error) {
    if (error instanceof Problem && error.status === 429) return error;
    // Who asks comes before what was asked.
    if (error instanceof Problem && error.status === 401 && !isNobodys) return counted(c, error);
  }
  return failure;
}

function failed(c: KitContext, name: string, failure: Problem): Response {
  const id = c.get("requestId");
  if (failure.status >= 500) {
    c.get("config").log(JSON.stringify({
      level: "error",
      function: name,
      requestId: id,
      method: c.req.method,
      path: c.req.path,
      code: failure.code,
      cause: describe(failure.cause),
    }));
  }
  Object.assign(c.get("headers"), failure.headers);
  return c.json(failure.toBody(id), failure.status as ContentfulStatusCode);
}

function describe(cause: unknown): unknown {
  return cause instanceof Error
    ? { name: cause.name, message: cause.message, stack: cause.stack }
    : cause;
}
