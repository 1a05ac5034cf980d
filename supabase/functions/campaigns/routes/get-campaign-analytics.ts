import { type KitApp, operation } from "../../_shared/operation.ts";
import { CampaignPerformance } from "../../_shared/metrics.ts";
import { reply } from "../../_shared/reply.ts";
import { CampaignParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/campaigns/{campaignId}/analytics",
  operationId: "getCampaignAnalytics",
  summary: "Read a campaign's counts and rates",
  rateClass: "read",
  permission: "analytics.read, analytics.read_assigned or analytics.read_client",
  request: { params: CampaignParams },
  data: CampaignPerformance,
});

/** GET /campaigns/:campaignId/analytics */
export function registerGetCampaignAnalytics(app: KitApp): void {
  app.openapi(route, (c) => {
    return reply(c, "get_campaign_performance", {
      campaign_id: c.req.valid("param").campaignId,
    });
  });
}
