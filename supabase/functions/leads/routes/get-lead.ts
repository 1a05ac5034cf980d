import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { LeadDetails, LeadParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads/{leadId}",
  operationId: "getLead",
  summary: "Read one lead",
  rateClass: "read",
  permission: "leads.read, leads.read_assigned or leads.read_client",
  request: { params: LeadParams },
  data: LeadDetails,
});

/** GET /leads/:leadId */
export function registerGetLead(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_lead", { lead_id: c.req.valid("param").leadId }));
}
