import { z } from "@hono/zod-openapi";
import { DataSourceType } from "../data-sources/schemas.ts";
import { FieldName } from "../_shared/mapping.ts";
import { Id, JsonObject, listQuery, PageQuery, Timestamp } from "../_shared/schemas.ts";

/** The life of a job; the database knows the moves. */
export const JobStatus = z.enum([
  "pending",
  "running",
  "paused",
  "completed",
  "failed",
  "cancelled",
]);

/** The path of one job. */
export const JobParams = z.object({ jobId: Id });

const limits = {
  maxRows: z.number().int().positive().max(100_000_000).nullable().meta({
    description: "The job completes when it has read so many rows; null for all.",
    example: 10000,
  }),
  maxMinutes: z.number().int().positive().max(100_000).nullable().meta({
    description:
      "The job fails when it has run so long, without pauses and waiting; retried it goes on from there. Null for any time.",
    example: 60,
  }),
};

const params = JsonObject.meta({
  description: "What the connector takes for this job alone. Its keys are passed on as they are.",
  example: {},
});

/** A new job. */
export const CreateJob = z.strictObject({
  dataSourceId: Id,
  campaignId: Id,
  params: params.optional(),
  ...z.object(limits).partial().shape,
}).openapi("CreateJob");

const count = z.number().int().nonnegative();

/** One reading of a data source into a campaign. */
export const Job = z.object({
  id: Id,
  agencyId: Id,
  dataSourceId: Id.nullable().meta({ description: "Null when the source was deleted since." }),
  dataSourceName: z.string().nullable().meta({ example: "Fair visitors" }),
  dataSourceType: DataSourceType.nullable(),
  campaignId: Id,
  campaignName: z.string().nullable().meta({ example: "Spring tour" }),
  status: JobStatus.meta({ example: "running" }),
  params,
  ...limits,
  progress: z.number().int().min(0).max(100).meta({ description: "Percent.", example: 40 }),
  rowsTotal: count.nullable().meta({
    description: "How many rows there are to read, as far as the source has said.",
    example: 1000,
  }),
  rowsRead: count.meta({ description: "The sum of the following.", example: 400 }),
  rowsCreated: count.meta({ example: 350 }),
  rowsUpdated: count.meta({ example: 20 }),
  rowsDuplicate: count.meta({ example: 25 }),
  rowsRejected: count.meta({ example: 5 }),
  run: count.meta({ description: "Counts up at every start, resume and retry.", example: 1 }),
  logLines: count.meta({ description: "The seq of the last line of the log.", example: 12 }),
  error: z.string().nullable().meta({ description: "Why it failed.", example: null }),
  isScheduled: z.boolean().meta({ example: false }),
  startedAt: Timestamp.nullable(),
  pausedAt: Timestamp.nullable().meta({ example: null }),
  finishedAt: Timestamp.nullable().meta({ example: null }),
  createdBy: Id.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}).openapi("Job");

/** Query of the list of jobs. */
export const JobQuery = listQuery(
  ["createdAt", "updatedAt", "status", "progress"],
  { status: JobStatus.optional(), dataSourceId: Id.optional(), campaignId: Id.optional() },
).omit({ search: true });

const level = z.enum(["debug", "info", "warning", "error"]);

/** Query of a job's log. */
export const JobLogQuery = z.strictObject({
  level: level.optional().meta({ description: "Only lines of this level.", example: "info" }),
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).meta({
    description: "The seq after which to read: the last one seen, or the last answer's nextCursor.",
    example: 0,
  }),
  pageSize: PageQuery.shape.pageSize.default(100),
});

/** A line of a job's log. */
export const JobLogLine = z.object({
  seq: z.number().int().meta({ description: "Counts from 1 without gaps.", example: 1 }),
  level: level.meta({ example: "info" }),
  message: z.string().meta({ example: "Started." }),
  context: JsonObject.meta({ example: {} }),
  at: Timestamp,
}).openapi("JobLogLine");

/** Query of the rows a job left out. */
export const JobRejectQuery = PageQuery.extend({
  format: z.enum(["json", "csv"]).default("json").meta({
    description: "csv is a file of all of them, one line a row, and counts as intensive.",
    example: "json",
  }),
});

/** What was wrong with a row that a job left out. */
export const JobReject = z.object({
  n: z.number().int().meta({ description: "Counts from 1 to at most 1,000.", example: 1 }),
  rowNumber: z.number().int().meta({ description: "In the source, from 1.", example: 17 }),
  field: FieldName.nullable(),
  reason: z.string().meta({ example: "is not an e-mail address" }),
  row: z.unknown().meta({
    description: "What there was of the row; null where it was larger than 64 KB.",
    type: "object",
    example: { email: "nobody" },
  }),
}).openapi("JobReject");
