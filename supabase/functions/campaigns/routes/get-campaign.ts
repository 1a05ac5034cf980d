import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { CampaignParams, CampaignSummary } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/campaigns/{campaignId}",
  operationId: "getCampaign",
  summary: "Read one campaign with its counts",
  rateClass: "read",
  permission: "campaigns.read or campaigns.read_client",
  request: { params: CampaignParams },
  data: CampaignSummary,
});

/** GET /campaigns/:campaignId */
export function registerGetCampaign(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "get_campaign", { campaign_id: c.req.valid("param").campaignId });
  });
}
