import { z } from "@hono/zod-openapi";
import { Timestamp } from "../_shared/schemas.ts";

/** The process answers. */
export const Liveness = z.object({ status: z.literal("live") }).openapi("Liveness");

const checks = z.object({
  database: z.boolean(),
  auth: z.boolean(),
  tasksRun: z.boolean().meta({ description: "No background task has waited for minutes." }),
  metricsFolded: z.boolean().meta({ description: "The figures are less than minutes behind." }),
});

/** Whether requests can be served, check by check. */
export const Readiness = z.object({ ready: z.literal(true), checks }).openapi("Readiness");

/** What the database says of itself. */
export const ReadinessReport = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.boolean()),
});

const count = z.number().int().nonnegative();

/** Readiness and what stands behind it. */
export const HealthReport = z.object({
  ready: z.boolean(),
  checks,
  at: Timestamp,
  database: z.object({
    version: z.string().meta({ example: "17.6" }),
    sizeBytes: count.meta({ example: 52428800 }),
    connections: count.meta({ example: 12 }),
    maxConnections: count.meta({ example: 100 }),
  }),
  metrics: z.object({
    waitingDeltas: count.meta({ example: 3 }),
    oldestDeltaSeconds: z.number().meta({ example: 1.5 }),
  }),
  tasks: z.object({
    waiting: count.meta({ description: "Due, and not claimed by a worker yet.", example: 2 }),
    lagSeconds: z.number().meta({
      description: "How long the oldest task that is due has waited.",
      example: 0.4,
    }),
    deadLetters: count.meta({ description: "Given up after their last attempt.", example: 0 }),
  }),
  audit: z.object({
    monthsAhead: count.meta({ description: "Partitions made ahead.", example: 3 }),
    eventsOutsideOfMonths: count.meta({ example: 0 }),
  }),
  idempotencyKeys: count.meta({ example: 42 }),
}).openapi("HealthReport");
