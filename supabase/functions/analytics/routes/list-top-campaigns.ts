import { snake } from "../../_shared/mapping.ts";
import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { TopCampaign, TopQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/analytics/top-campaigns",
  operationId: "listTopCampaigns",
  summary: "The campaigns with the best rate",
  rateClass: "read",
  permission: "analytics.read, analytics.read_assigned or analytics.read_client",
  request: { query: TopQuery },
  data: TopCampaign,
  list: "all",
});

/** GET /analytics/top-campaigns */
export function registerListTopCampaigns(app: KitApp): void {
  app.openapi(route, (c) => {
    const { limit, metric } = c.req.valid("query");
    return reply(c, "get_top_campaigns", { max_results: limit, metric: snake(metric) });
  });
}
