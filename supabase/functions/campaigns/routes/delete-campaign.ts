import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Campaign, CampaignParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/campaigns/{campaignId}",
  operationId: "deleteCampaign",
  summary: "Delete a campaign; its leads are kept and no longer listed",
  rateClass: "write",
  permission: "campaigns.delete",
  request: { params: CampaignParams },
  data: Campaign,
  message: "Campaign deleted.",
});

/** DELETE /campaigns/:campaignId */
export function registerDeleteCampaign(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "delete_campaign", { campaign_id: c.req.valid("param").campaignId });
  });
}
