import { z } from "@hono/zod-openapi";
import { FieldName } from "../../_shared/mapping.ts";
import { type KitApp, operation } from "../../_shared/operation.ts";
import { respond } from "../../_shared/reply.ts";
import { Id, JsonObject } from "../../_shared/schemas.ts";
import { type TestBench, tryConnection } from "../../_shared/sources/try-connection.ts";
import { readUpstreamJson, rpc } from "../../_shared/upstream.ts";

const LONGEST_TEXT = 500;

/** What a connection test found. */
const ConnectionTest = z.object({
  latencyMs: z.number().int().meta({ description: "Until the sample was there.", example: 180 }),
  total: z.number().int().nullable().meta({
    description: "How many rows a job would read, as far as the source says.",
    example: 1200,
  }),
  sample: z.array(z.object({
    row: z.number().int().meta({ example: 1 }),
    values: JsonObject.meta({ description: "As the source delivers it." }),
    lead: z.record(FieldName, z.unknown()).meta({
      description: "The lead it would become.",
      example: { firstName: "Ada" },
    }),
  })),
  gaps: z.object({
    fields: z.array(z.object({
      field: z.string().meta({ example: "First name" }),
      target: FieldName.nullable(),
    })).meta({ description: "What each field of the source becomes; null where it is left over." }),
    unmapped: z.array(z.string()).meta({ description: "Fields that nothing is said about." }),
    missing: z.array(FieldName).meta({ description: "A lead's fields that nothing becomes." }),
    unknown: z.array(z.string()).meta({
      description: "Fields that the mapping names and the source does not deliver.",
    }),
    hasIdentity: z.boolean().meta({
      description: "Whether leads can be told from each other; if not, every row is rejected.",
      example: true,
    }),
  }),
}).openapi("ConnectionTest");

const route = operation({
  method: "post",
  path: "/data-sources/{dataSourceId}/test",
  operationId: "testDataSource",
  summary: "Try a data source: credentials, a few rows, and what becomes of their fields",
  description:
    "Reads as little as it can and changes nothing but the source's status. What the caller can mend is 422 (SOURCE_CREDENTIALS_REFUSED, SOURCE_SETTINGS_REFUSED), what the source must is 502, 503 with Retry-After, or 504.",
  rateClass: "intensive",
  permission: "data_sources.write",
  unkeyed: true,
  request: { params: z.object({ dataSourceId: Id }) },
  data: ConnectionTest,
});

/** POST /data-sources/:dataSourceId/test */
export function registerTestDataSource(app: KitApp, bench: TestBench): void {
  app.openapi(route, async (c) => {
    const data_source_id = c.req.valid("param").dataSourceId;
    // Says whether the caller may, and counts it, before the secret key is used.
    await readUpstreamJson(
      await rpc(c, "authorize_data_source_write", { data_source_id }, "unkeyed"),
    );
    const { latencyMs, total, sample, gaps } = await tryConnection(bench, data_source_id);
    const { hasIdentity, ...fields } = gaps;
    return respond(c, {
      latency_ms: latencyMs,
      total,
      sample: shortened(sample),
      gaps: { ...fields, has_identity: hasIdentity },
    });
  });
}

/** Cells may hold whole documents; of each a beginning is enough to recognise it. */
function shortened<T>(sample: T): T {
  return JSON.parse(JSON.stringify(sample, (_key, value) => {
    const isLong = typeof value === "string" && value.length > LONGEST_TEXT;
    return isLong ? `${value.slice(0, LONGEST_TEXT).toWellFormed()}…` : value;
  }));
}
