import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { BulkAssign, BulkResult } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/bulk-assign",
  operationId: "bulkAssignLeads",
  summary: "Assign up to 100 leads; a result for each",
  rateClass: "write",
  permission: "leads.assign",
  request: { body: jsonBody(BulkAssign) },
  data: BulkResult,
});

/** POST /leads/bulk-assign */
export function registerBulkAssignLeads(app: KitApp): void {
  app.openapi(route, (c) => {
    const { ids, assignee } = c.req.valid("json");
    return reply(c, "bulk_assign_leads", { lead_ids: ids, assignee });
  });
}
