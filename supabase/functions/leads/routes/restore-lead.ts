import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Lead, LeadParams } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/{leadId}/restore",
  operationId: "restoreLead",
  summary: "Restore a deleted lead",
  rateClass: "write",
  permission: "leads.delete",
  request: { params: LeadParams },
  data: Lead,
  message: "Lead restored.",
});

/** POST /leads/:leadId/restore */
export function registerRestoreLead(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "restore_lead", { lead_id: c.req.valid("param").leadId }));
}
