import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { BulkChanges, BulkResult, BulkUpdate } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/bulk-update",
  operationId: "bulkUpdateLeads",
  summary: "Change up to 100 leads; a result for each",
  rateClass: "write",
  permission: "leads.bulk",
  request: { body: jsonBody(BulkUpdate) },
  data: BulkResult,
});

/** POST /leads/bulk-update */
export function registerBulkUpdateLeads(app: KitApp): void {
  app.openapi(route, (c) => {
    const { ids, changes } = c.req.valid("json");
    return reply(c, "bulk_update_leads", {
      lead_ids: ids,
      changes: toColumns(BulkChanges, changes),
    });
  });
}
