import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Campaign, CampaignParams, SetCampaignStatus } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/campaigns/{campaignId}/status",
  operationId: "setCampaignStatus",
  summary: "Move a campaign along its life",
  rateClass: "write",
  permission: "campaigns.write",
  request: { params: CampaignParams, body: jsonBody(SetCampaignStatus) },
  data: Campaign,
  message: "Campaign status set.",
});

/** POST /campaigns/:campaignId/status */
export function registerSetCampaignStatus(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "set_campaign_status", {
      campaign_id: c.req.valid("param").campaignId,
      status: c.req.valid("json").status,
    });
  });
}
