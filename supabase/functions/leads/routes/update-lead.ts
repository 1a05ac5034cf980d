import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Lead, LeadParams, UpdateLead } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/leads/{leadId}",
  operationId: "updateLead",
  summary: "Change a lead: only the given fields, null clears",
  rateClass: "write",
  permission: "leads.write or leads.write_assigned",
  request: { params: LeadParams, body: jsonBody(UpdateLead) },
  data: Lead,
  message: "Lead updated.",
});

/** PUT /leads/:leadId */
export function registerUpdateLead(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "update_lead", {
        lead_id: c.req.valid("param").leadId,
        changes: toColumns(UpdateLead, c.req.valid("json")),
      }),
  );
}
