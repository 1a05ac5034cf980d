import { CampaignPerformance } from "../../_shared/metrics.ts";
import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { CampaignParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/analytics/campaigns/{campaignId}",
  operationId: "getCampaignPerformance",
  summary: "A campaign's counts and rates",
  rateClass: "read",
  permission: "analytics.read, analytics.read_assigned or analytics.read_client",
  request: { params: CampaignParams },
  data: CampaignPerformance,
});

/** GET /analytics/campaigns/:campaignId */
export function registerGetCampaignPerformance(app: KitApp): void {
  app.openapi(route, (c) =>
    reply(c, "get_campaign_performance", {
      campaign_id: c.req.valid("param").campaignId,
    }));
}
