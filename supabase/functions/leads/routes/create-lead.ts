import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { CreateLead, Lead } from "../schemas.ts";

const route = (path: string, operationId: string) =>
  operation({
    method: "post",
    path,
    operationId,
    summary: "Create a lead",
    rateClass: "write",
    permission: "leads.create",
    request: { body: jsonBody(CreateLead) },
    data: Lead,
    status: 201,
    message: "Lead created.",
  });

/** POST /leads, also as /leads/create */
export function registerCreateLead(app: KitApp): void {
  for (
    const declared of [
      route("/leads", "createLead"),
      route("/leads/create", "createLeadAlias"),
    ]
  ) {
    app.openapi(declared, (c) => {
      const { campaignId, ...attributes } = c.req.valid("json");
      return reply(c, "create_lead", {
        campaign_id: campaignId,
        attributes: toColumns(CreateLead, attributes),
      });
    });
  }
}
