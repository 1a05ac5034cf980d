import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Campaign, CreateCampaign } from "../schemas.ts";

const route = (path: string, operationId: string) =>
  operation({
    method: "post",
    path,
    operationId,
    summary: "Create a campaign",
    rateClass: "write",
    permission: "campaigns.write",
    request: { body: jsonBody(CreateCampaign) },
    data: Campaign,
    status: 201,
    message: "Campaign created.",
  });

/** POST /campaigns, also as /campaigns/create */
export function registerCreateCampaign(app: KitApp): void {
  for (
    const declared of [
      route("/campaigns", "createCampaign"),
      route("/campaigns/create", "createCampaignAlias"),
    ]
  ) {
    app.openapi(declared, (c) => {
      const { name, ...attributes } = c.req.valid("json");
      return reply(c, "create_campaign", {
        name,
        attributes: toColumns(CreateCampaign, attributes),
      });
    });
  }
}
