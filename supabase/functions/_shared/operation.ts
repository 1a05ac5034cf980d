import { type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { checkStorable, MAX_BODY_BYTES, readJson } from "./body.ts";
import type { KitConfig } from "./config.ts";
import { envelope, failure, type Listing } from "./envelope.ts";
import { exampleOf } from "./example.ts";
import { problem } from "./problem.ts";
import { credentialsOf } from "./upstream.ts";

/** Which limit a request counts against. */
export type RateClass = "write" | "read" | "intensive" | "auth" | "anonymous";

/** What the kit needs to know of an operation while it answers a request. */
export interface Contract {
  /** The shape of the answer's data; of one item, where it is a page. */
  readonly data: z.ZodType;
  /** HTTP status of a success. */
  readonly status: 200 | 201;
  /** A sentence that goes with a success. */
  readonly message: string | undefined;
  /** Whether the call goes upstream without the caller's token. */
  readonly anonymous: boolean;
  /** Which limit the call counts against. */
  readonly rateClass: RateClass;
}

/** What handlers and middleware find by `c.get`; `c.var` copies all of it at each use. */
export interface KitEnv {
  /** Set by the app's first middlewares and by the operation's own. */
  Variables: {
    requestId: string;
    config: KitConfig;
    /** What the answer will carry, whoever makes it; the later of two values counts. */
    headers: Record<string, string>;
    contract: Contract;
    /** Whether the database has been asked, and with that the limits. */
    counted: boolean;
  };
}

/** The context of a request inside the kit. */
export type KitContext = Context<KitEnv>;
/** A function's router. */
export type KitApp = OpenAPIHono<KitEnv>;

/** The request half of a contract, as zod-openapi takes it. */
export interface RequestSchemas {
  /** Path parameters. */
  readonly params?: z.ZodObject;
  /** Query parameters. */
  readonly query?: z.ZodObject;
  /** The JSON body, made by {@link jsonBody}. */
  readonly body?: ReturnType<typeof jsonBody>;
}

/** The declaration of an endpoint. */
export interface OperationSpec<P extends string, Q extends RequestSchemas> {
  /** HTTP method. */
  readonly method: "get" | "post" | "put" | "delete";
  /** The whole path, with the function's name: `/leads/{leadId}`. */
  readonly path: P;
  /** Unique name, the generated client's method. */
  readonly operationId: string;
  /** One line: what it does. */
  readonly summary: string;
  /** More, where the summary does not say it all. */
  readonly description?: string;
  /** Which limit it counts against. */
  readonly rateClass: RateClass;
  /** Who may call it: a permission, or words where no permission decides. */
  readonly permission: string;
  /** Answers without a token, and forwards none. */
  readonly anonymous?: boolean;
  /** Takes no Idempotency-Key: a repetition is another request. */
  readonly unkeyed?: boolean;
  /** Asks nothing behind the function, so that no limit counts it. */
  readonly free?: boolean;
  /** The request half of the contract. */
  readonly request?: Q;
  /** The answer's data; one item's with `list`. */
  readonly data: z.ZodType;
  /** Whether the data is a page of items, and with a cursor or not. */
  readonly list?: Listing;
  /** Media type of a success other than JSON; `data` then describes its text. */
  readonly contentType?: string;
  /** Media type of a file that the query may ask for in place of the JSON. */
  readonly alsoAs?: string;
  /** Status of a success; 200 unless told. */
  readonly status?: 200 | 201;
  /** A sentence that goes with a success. */
  readonly message?: string;
  /** Statuses of failure besides those every operation has. */
  readonly problems?: readonly number[];
  /** The largest body taken; 1 MB unless told. */
  readonly maxBodyBytes?: number;
}

/** The request's JSON body by its schema. Optional bodies count as `{}` when they are missing. */
export function jsonBody<S extends z.ZodType>(schema: S, options: { required?: boolean } = {}) {
  return {
    required: options.required ?? true,
    content: { "application/json": { schema, example: exampleOf(schema) } },
  };
}

/** An operation as `app.openapi` takes it; the responses are loosened so that handlers answer freely. */
export type Operation<P extends string, Q extends RequestSchemas> =
  & Omit<RouteConfig, "path" | "request" | "middleware">
  & {
    path: P;
    request: Q;
    middleware: MiddlewareHandler<KitEnv>;
  };

/** Turns a declaration into a route: documentation, examples, failures and the checks before validation. */
export function operation<const P extends string, Q extends RequestSchemas>(
  spec: OperationSpec<P, Q>,
): Operation<P, Q> {
  const status = spec.status ?? 200;
  const documentation = {
    operationId: spec.operationId,
    summary: spec.summary,
    description: spec.description,
    tags: [spec.path.split("/")[1] ?? ""],
    security: spec.anonymous ? [] : SIGNED_IN,
    "x-rate-class": spec.rateClass,
    "x-permission": spec.permission,
    ...spec.unkeyed ? { [UNKEYED]: true } : {},
  };
  return {
    ...documentation,
    method: spec.method,
    path: spec.path,
    request: spec.request ?? ({} as Q),
    responses: {
      [status]: { ...success(spec), ...spec.free ? {} : { headers: LIMIT_HEADERS } },
      ...failures(spec),
    },
    middleware: begin(spec),
  };
}

/** Marks an operation that takes no Idempotency-Key, for the document. */
export const UNKEYED = "x-unkeyed";

/** By a person's token or a program's key; both are described in docs/document.ts. */
const SIGNED_IN: Record<string, string[]>[] = [{ accessToken: [] }, { apiKey: [] }];

const reference = (name: string) => ({ $ref: `#/components/headers/${name}` });

/** Documented in docs/document.ts. */
const LIMIT_HEADERS = {
  "RateLimit-Policy": reference("RateLimitPolicy"),
  "RateLimit": reference("RateLimit"),
};

function success<P extends string, Q extends RequestSchemas>(spec: OperationSpec<P, Q>) {
  if (spec.contentType) {
    const example = exampleOf(spec.data);
    return {
      description: "Success",
      content: { [spec.contentType]: { schema: spec.data, example } },
    };
  }
  const schema = envelope(spec.data, spec.list, spec.message);
  return {
    description: "Success",
    content: {
      "application/json": { schema, example: exampleOf(schema) },
      ...spec.alsoAs ? { [spec.alsoAs]: { schema: z.string() } } : {},
    },
  };
}

function failures<P extends string, Q extends RequestSchemas>(spec: OperationSpec<P, Q>) {
  const statuses = new Set([429, 500, 502, 503, 504, ...spec.problems ?? []]);
  if (spec.free) statuses.delete(429);
  // Whoever asks for an agency's things may lack the token, the right or the agency itself.
  if (!spec.anonymous) [400, 401, 403, 404].forEach((status) => statuses.add(status));
  // An Idempotency-Key may be under way, too long or spent on something else.
  if (!spec.anonymous && !spec.unkeyed && spec.method !== "get") {
    [409, 422].forEach((it) => statuses.add(it));
  }
  if (spec.request?.params || spec.request?.query) statuses.add(422);
  if (spec.request?.body) [400, 413, 415, 422].forEach((status) => statuses.add(status));
  return Object.fromEntries([...statuses].sort().map((status) => [status, failure(status)]));
}

/** What comes before validation: the token, then the body. */
function begin<P extends string, Q extends RequestSchemas>(
  spec: OperationSpec<P, Q>,
): MiddlewareHandler<KitEnv> {
  const contract: Contract = {
    data: spec.list ? z.array(spec.data) : spec.data,
    status: spec.status ?? 200,
    message: spec.message,
    anonymous: spec.anonymous ?? false,
    rateClass: spec.rateClass,
  };
  const body = spec.request?.body;
  return async (c, next) => {
    c.set("contract", contract);
    if (!contract.anonymous && !credentialsOf(c)) throw problem("NOT_SIGNED_IN");
    checkStorable(c.req.query());
    if (body) {
      const value = await readJson(c, spec.maxBodyBytes ?? MAX_BODY_BYTES);
      if (value === undefined && body.required) {
        throw problem("MALFORMED_JSON", { sentence: "The body is empty; it must be JSON." });
      }
      // The body has been read here; the validator finds the value and reads nothing.
      Object.defineProperties(c.req, {
        arrayBuffer: { value: () => Promise.resolve(new ArrayBuffer(0)) },
        json: { value: () => Promise.resolve(value) },
      });
    }
    await next();
  };
}
