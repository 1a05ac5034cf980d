import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AsOfQuery } from "../../_shared/schemas.ts";
import { LeadDetails, LeadParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads/{leadId}",
  operationId: "getLead",
  summary: "Read one lead, as it is or was",
  rateClass: "read",
  permission: "leads.read, leads.read_assigned or leads.read_client",
  request: { params: LeadParams, query: AsOfQuery },
  data: LeadDetails,
});

/** GET /leads/:leadId */
export function registerGetLead(app: KitApp): void {
  app.openapi(route, (c) => {
    const lead_id = c.req.valid("param").leadId;
    const { asOf: at } = c.req.valid("query");
    return at ? reply(c, "get_lead_as_of", { lead_id, at }) : reply(c, "get_lead", { lead_id });
  });
}
