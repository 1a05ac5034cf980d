import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { LeadDetails, LeadQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads",
  operationId: "listLeads",
  summary: "List leads",
  rateClass: "read",
  permission: "leads.read, leads.read_assigned or leads.read_client",
  request: { query: LeadQuery },
  data: LeadDetails,
  list: "page",
});

/** GET /leads */
export function registerListLeads(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_leads", toArgs(query), query);
  });
}
