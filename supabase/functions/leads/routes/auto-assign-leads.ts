import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { AutoAssignLeads, AutoAssignResult } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/auto-assign",
  operationId: "autoAssignLeads",
  summary: "Spread a campaign's leads over the members who may hold leads",
  rateClass: "write",
  permission: "leads.assign",
  request: { body: jsonBody(AutoAssignLeads) },
  data: AutoAssignResult,
  message: "Leads assigned.",
});

/** POST /leads/auto-assign */
export function registerAutoAssignLeads(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "auto_assign_leads", toArgs(c.req.valid("json"))));
}
