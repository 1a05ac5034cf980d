import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { LeadEvent, LeadParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads/{leadId}/history",
  operationId: "getLeadHistory",
  summary: "Read who changed what of a lead, the latest first",
  rateClass: "read",
  permission: "leads.read, leads.read_assigned or leads.read_client",
  request: { params: LeadParams },
  data: LeadEvent,
  list: "all",
});

/** GET /leads/:leadId/history */
export function registerGetLeadHistory(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "lead_history", { lead_id: c.req.valid("param").leadId }),
  );
}
