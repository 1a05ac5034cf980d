import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Campaign, CampaignParams, UpdateCampaign } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/campaigns/{campaignId}",
  operationId: "updateCampaign",
  summary: "Change a campaign: only the given fields, null clears",
  rateClass: "write",
  permission: "campaigns.write",
  request: { params: CampaignParams, body: jsonBody(UpdateCampaign) },
  data: Campaign,
  message: "Campaign updated.",
});

/** PUT /campaigns/:campaignId */
export function registerUpdateCampaign(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "update_campaign", {
      campaign_id: c.req.valid("param").campaignId,
      changes: toColumns(UpdateCampaign, c.req.valid("json")),
    });
  });
}
