import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AsOfQuery } from "../../_shared/schemas.ts";
import { CampaignAt, CampaignParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/campaigns/{campaignId}",
  operationId: "getCampaign",
  summary: "Read one campaign with its counts, or as it was without them",
  rateClass: "read",
  permission: "campaigns.read or campaigns.read_client",
  request: { params: CampaignParams, query: AsOfQuery },
  data: CampaignAt,
});

/** GET /campaigns/:campaignId */
export function registerGetCampaign(app: KitApp): void {
  app.openapi(route, (c) => {
    const campaign_id = c.req.valid("param").campaignId;
    const { asOf: at } = c.req.valid("query");
    return at
      ? reply(c, "get_campaign_as_of", { campaign_id, at })
      : reply(c, "get_campaign", { campaign_id });
  });
}
