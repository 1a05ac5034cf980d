import { z } from "@hono/zod-openapi";

/** The process answers. */
export const Liveness = z.object({ status: z.literal("live") }).openapi("Liveness");

/** Whether requests can be served, check by check. */
export const Readiness = z.object({
  ready: z.literal(true),
  checks: z.object({ database: z.boolean(), metricsFolded: z.boolean() }),
}).openapi("Readiness");

/** What the database says of itself. */
export const ReadinessReport = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.boolean()),
});
