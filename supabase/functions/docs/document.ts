import { OpenAPIHono } from "@hono/zod-openapi";
import { createAdminApp } from "../admin/app.ts";
import { createAgenciesApp } from "../agencies/app.ts";
import { createAnalyticsApp } from "../analytics/app.ts";
import { createAuthApp } from "../auth/app.ts";
import { createCampaignsApp } from "../campaigns/app.ts";
import { createDataSourcesApp } from "../data-sources/app.ts";
import { createHealthApp } from "../health/app.ts";
import { createJobsApp } from "../jobs/app.ts";
import { createLeadsApp } from "../leads/app.ts";
import { createNotificationsApp } from "../notifications/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import { type KitApp, type KitEnv, UNKEYED } from "../_shared/operation.ts";

/** Every function whose operations are documented, in the document's order. */
export const FACTORIES: readonly ((config: KitConfig) => KitApp)[] = [
  createAuthApp,
  createAgenciesApp,
  createCampaignsApp,
  createLeadsApp,
  createDataSourcesApp,
  createJobsApp,
  createAnalyticsApp,
  createNotificationsApp,
  createAdminApp,
  createHealthApp,
];

const AGENCY_HEADER = {
  name: "X-Agency-Id",
  in: "header",
  required: false,
  description: "The agency meant, where the caller is in several; else the profile's active one.",
  schema: { type: "string", format: "uuid" },
} as const;

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "1 to 255 characters, a random UUID say: the answer is stored sealed under it. A repetition of the request under the same key within 24 hours is answered as the first was, with Idempotency-Replayed: true; another request under it is 422, one still under way 409. What failed may be tried again.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
} as const;

const LIMIT_HEADERS = {
  RateLimitPolicy: {
    description: "The tightest limit the request counts against: its name, quota and seconds.",
    schema: { type: "string", example: '"write-user";q=100;w=60' },
  },
  RateLimit: {
    description: "Requests left, and the seconds after which one more is.",
    schema: { type: "string", example: '"write-user";r=99;t=1' },
  },
} as const;

/** Declarations are read, never called: no address, no key. */
const DECLARATIONS_ONLY: KitConfig = {
  supabaseUrl: "",
  publishableKey: "",
  allowedOrigins: [],
  addressHeader: "",
  timeoutMs: 0,
  fetch: globalThis.fetch,
  log: () => {},
};

/** The OpenAPI 3.1 document of all functions. */
export function buildDocument() {
  const all = new OpenAPIHono<KitEnv>();
  for (const create of FACTORIES) all.route("/", create(DECLARATIONS_ONLY));
  all.openAPIRegistry.registerComponent("securitySchemes", "accessToken", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The access token of a session: POST /auth/signin.",
  });
  all.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description:
      "A program's key, `blk_…`: POST /agencies/{agencyId}/api-keys. It may what it was given, in its agency.",
  });
  all.openAPIRegistry.registerComponent("parameters", "AgencyId", AGENCY_HEADER);
  all.openAPIRegistry.registerComponent("parameters", "IdempotencyKey", IDEMPOTENCY_KEY);
  for (const [name, header] of Object.entries(LIMIT_HEADERS)) {
    all.openAPIRegistry.registerComponent("headers", name, header);
  }
  const document = all.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Backline",
      version: "1",
      license: { name: "Apache-2.0" },
      description:
        "Every answer is an envelope: `success`, then `data` (with `pagination` in lists), or `error`, `code` and `requestId`. Names are camelCase; the contents of free JSON objects are the caller's own.",
    },
    servers: [{ url: "/functions/v1" }],
  });
  for (const item of Object.values(document.paths ?? {})) {
    for (const method of ["get", "post", "put", "delete"] as const) {
      const operation = item[method];
      if (!operation?.security?.length) continue;
      operation.parameters = [
        ...operation.parameters ?? [],
        { $ref: "#/components/parameters/AgencyId" },
        ...method === "get" || UNKEYED in operation
          ? []
          : [{ $ref: "#/components/parameters/IdempotencyKey" }],
      ];
    }
  }
  return document;
}

/** The document of {@link buildDocument}. */
export type ApiDocument = ReturnType<typeof buildDocument>;
