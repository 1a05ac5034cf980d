import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { LeadActivity, LeadParams, RecordActivity } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/{leadId}/activities",
  operationId: "recordLeadActivity",
  summary: "Record what happened with a lead",
  rateClass: "write",
  permission: "leads.write or leads.write_assigned",
  request: { params: LeadParams, body: jsonBody(RecordActivity) },
  data: LeadActivity,
  message: "Activity recorded.",
  status: 201,
});

/** POST /leads/:leadId/activities */
export function registerRecordLeadActivity(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "record_lead_activity", {
        lead_id: c.req.valid("param").leadId,
        ...toArgs(c.req.valid("json")),
      }),
  );
}
