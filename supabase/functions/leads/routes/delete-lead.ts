import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Lead, LeadParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/leads/{leadId}",
  operationId: "deleteLead",
  summary: "Delete a lead; it can be restored",
  rateClass: "write",
  permission: "leads.delete",
  request: { params: LeadParams },
  data: Lead,
  message: "Lead deleted.",
});

/** DELETE /leads/:leadId */
export function registerDeleteLead(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "delete_lead", { lead_id: c.req.valid("param").leadId }));
}
