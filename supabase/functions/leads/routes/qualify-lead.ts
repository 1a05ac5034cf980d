import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Lead, LeadParams, QualifyLead } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/{leadId}/qualify",
  operationId: "qualifyLead",
  summary: "Judge a lead: 4 and 5 qualify it, 1 and 2 reject it",
  rateClass: "write",
  permission: "leads.qualify or leads.qualify_assigned",
  request: { params: LeadParams, body: jsonBody(QualifyLead) },
  data: Lead,
  message: "Lead judged.",
});

/** POST /leads/:leadId/qualify */
export function registerQualifyLead(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "qualify_lead", { lead_id: c.req.valid("param").leadId, ...c.req.valid("json") }),
  );
}
