import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { ActivityQuery, LeadActivity, LeadParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads/{leadId}/activities",
  operationId: "listLeadActivities",
  summary: "List what happened with a lead, the latest first",
  rateClass: "read",
  permission: "leads.read, leads.read_assigned or leads.read_client",
  request: { params: LeadParams, query: ActivityQuery },
  data: LeadActivity,
  list: "page",
});

/** GET /leads/:leadId/activities */
export function registerListLeadActivities(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_lead_activities", {
      lead_id: c.req.valid("param").leadId,
      ...toArgs(query),
    }, query);
  });
}
