import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AssignLead, Lead, LeadParams } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/{leadId}/assign",
  operationId: "assignLead",
  summary: "Assign a lead to a member",
  rateClass: "write",
  permission: "leads.assign",
  request: { params: LeadParams, body: jsonBody(AssignLead) },
  data: Lead,
  message: "Lead assigned.",
});

/** POST /leads/:leadId/assign */
export function registerAssignLead(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "assign_lead", { lead_id: c.req.valid("param").leadId, ...c.req.valid("json") }),
  );
}
