import { z } from "@hono/zod-openapi";
import { SOURCE_TYPES } from "../_shared/connectors/connector.ts";
import { Id, JsonObject, listQuery, Timestamp } from "../_shared/schemas.ts";

/** The kinds of data source. */
export const DataSourceType = z.enum(SOURCE_TYPES);

/** Whether jobs may run; `error` is what the last connection test found. */
export const DataSourceStatus = z.enum(["active", "inactive", "error"]);

const name = z.string().min(1).max(200).meta({ example: "Fair visitors" });

const attributes = {
  status: DataSourceStatus,
  config: JsonObject.meta({
    description:
      "What the connector reads: for csv {path} of a file in the bucket imports, which begins with the agency's id, or {text} of up to 1 MB; for api {url, …}; mapping, paging, filters. Its keys are passed on as they are. A text is kept apart and not shown again.",
    example: { text: "email,town\nada@example.com,London\n", mapping: { town: "city" } },
  }),
  rateLimit: z.number().int().positive().nullable().meta({
    description: "The most requests a minute; null leaves it to the provider.",
    example: 60,
  }),
  schedule: z.string().max(200).nullable().meta({
    description: "Cron with five fields: when a job is made and started by itself.",
    example: "0 6 * * 1-5",
  }),
  scheduleTimezone: z.string().max(100).meta({ example: "Europe/Lisbon" }),
  scheduleCampaignId: Id.nullable().meta({
    description: "Where the leads of scheduled jobs go; a schedule needs it.",
  }),
  scheduleParams: JsonObject.meta({ description: "The params of scheduled jobs.", example: {} }),
};

const credentials = JsonObject.refine(
  (value) => JSON.stringify(value).length <= 16_384,
  "Credentials have at most 16,384 characters",
).meta({
  description: "What the source signs in with. Sealed before it is kept, and never shown again.",
  // The example is a csv source, which has none.
  example: undefined,
});

/** The path of one data source. */
export const DataSourceParams = z.object({ dataSourceId: Id });

/** A new data source. */
export const CreateDataSource = z.strictObject({
  type: DataSourceType,
  name,
  ...z.object(attributes).partial().shape,
  config: attributes.config,
  status: z.enum(["active", "inactive"]).optional(),
  schedule: attributes.schedule.meta({ example: null }).optional(),
  scheduleCampaignId: attributes.scheduleCampaignId.optional().meta({ example: null }),
  credentials: credentials.optional(),
}).openapi("CreateDataSource");

/** Changes to a data source: keys left out stay, null clears. */
export const UpdateDataSource = z.strictObject({ name, ...attributes }).partial().extend({
  credentials: credentials.nullable().optional().meta({
    description: "Others in their place; null forgets them.",
  }),
}).openapi("UpdateDataSource");

const count = z.number().int().nonnegative();

/** A data source. */
export const DataSource = z.object({
  id: Id,
  agencyId: Id,
  type: DataSourceType,
  name,
  ...attributes,
  config: attributes.config.meta({ example: { mapping: { town: "city" } } }),
  textBytes: count.nullable().meta({
    description: "The size of a text given inline.",
    example: 35,
  }),
  hasCredentials: z.boolean().meta({ example: false }),
  lastRunAt: Timestamp.nullable(),
  lastTestedAt: Timestamp.nullable(),
  lastError: z.string().nullable().meta({
    description: "Why the last connection test failed.",
    example: null,
  }),
  metrics: z.object({
    jobs: count.meta({ example: 4 }),
    completed: count.meta({ example: 3 }),
    failed: count.meta({ example: 1 }),
    cancelled: count.meta({ example: 0 }),
    leads: count.meta({ description: "Leads its jobs have created.", example: 1200 }),
    successRate: z.number().nullable().meta({
      description: "Completed jobs of those that completed or failed; null with none.",
      example: 0.75,
    }),
  }),
  createdBy: Id.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
}).openapi("DataSource");

/** Query of the list of data sources. */
export const DataSourceQuery = listQuery(
  ["createdAt", "updatedAt", "name", "status", "type"],
  { type: DataSourceType.optional(), status: DataSourceStatus.optional() },
);
