import { z } from "@hono/zod-openapi";
import { Id, JsonObject, PageQuery, Timestamp } from "../_shared/schemas.ts";

const STATES = [
  "available",
  "scheduled",
  "running",
  "retryable",
  "completed",
  "cancelled",
  "discarded",
] as const;

const State = z.enum(STATES).meta({
  description:
    "available: due, waits for a worker; scheduled: due later; retryable: failed, due again later; discarded: given up (a dead letter).",
  example: "discarded",
});
const Kind = z.string().min(1).max(100).meta({ example: "maintenance.sweep" });
const moment = Timestamp.nullable();
const text = (example: string | null) => z.string().nullable().meta({ example });
const count = z.number().int().nonnegative();

/** The path of one task. */
export const TaskParams = z.object({ taskId: Id });

/** Query of the list of tasks. */
export const TaskQuery = PageQuery.extend({
  state: State.optional(),
  kind: Kind.optional(),
  agencyId: Id.optional(),
});

/** Work to be put in line by hand. */
export const TriggerJob = z.strictObject({
  kind: Kind,
  payload: JsonObject.optional().meta({
    description: "What the kind takes; an empty object unless told.",
    example: {},
  }),
  agencyId: Id.optional().meta({ description: "Whose work it is; the platform's unless told." }),
  runAt: Timestamp.optional().meta({ description: "When it is due; now unless told." }),
  priority: z.number().int().min(-32768).max(32767).optional().meta({
    description: "Higher goes first among the agency's tasks; 0 unless told.",
    example: 5,
  }),
}).openapi("TriggerJob");

/** A background task as staff see one. */
export const Task = z.object({
  id: Id,
  kind: Kind,
  state: State,
  agencyId: Id.nullable(),
  agencyName: text("Northern Lights"),
  payload: JsonObject,
  priority: z.number().int().meta({ example: 0 }),
  attempts: count.meta({ example: 3 }),
  maxAttempts: count.meta({ example: 20 }),
  runAt: Timestamp.meta({ description: "When it became due, or will." }),
  leaseUntil: moment.meta({ description: "Until when its worker holds it.", example: null }),
  heartbeatAt: moment,
  createdAt: Timestamp,
  finishedAt: moment,
  worker: text("vm-1:4711"),
  uniqueKey: text(null),
  lastError: text("The mail server does not answer."),
  result: z.unknown().meta({ description: "What the handler left; any JSON.", example: null }),
}).openapi("Task");

const States = z.object(
  Object.fromEntries(STATES.map((state) => [state, count.meta({ example: 0 })])) as Record<
    typeof STATES[number],
    typeof count
  >,
);

/** The queue in figures. */
export const TaskFigures = z.object({
  at: Timestamp,
  lagSeconds: z.number().meta({
    description: "How long the oldest task that is due has waited.",
    example: 0.4,
  }),
  states: States,
  kinds: z.array(z.object({
    kind: Kind,
    description: z.string().meta({ example: "Deletes finished tasks" }),
    states: States,
  })),
  schedules: z.array(z.object({
    name: z.string().meta({ example: "maintenance.sweep" }),
    kind: Kind,
    cron: z.string().meta({ example: "43 * * * *" }),
    timezone: z.string().meta({ example: "UTC" }),
    enabled: z.boolean(),
    nextRunAt: Timestamp,
    lastRunAt: moment,
  })).meta({ description: "The platform's own; an agency's stand with what they belong to." }),
}).openapi("TaskFigures");
