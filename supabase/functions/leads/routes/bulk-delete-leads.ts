import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { BulkDelete, BulkResult } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/leads/bulk",
  operationId: "bulkDeleteLeads",
  summary: "Delete up to 100 leads; a result for each",
  rateClass: "write",
  permission: "leads.bulk and leads.delete",
  request: { body: jsonBody(BulkDelete) },
  data: BulkResult,
});

/** DELETE /leads/bulk */
export function registerBulkDeleteLeads(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "bulk_delete_leads", { lead_ids: c.req.valid("json").ids }));
}
