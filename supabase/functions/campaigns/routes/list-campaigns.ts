import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { CampaignQuery, CampaignSummary } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/campaigns",
  operationId: "listCampaigns",
  summary: "List campaigns with their counts",
  rateClass: "read",
  permission: "campaigns.read or campaigns.read_client",
  request: { query: CampaignQuery },
  data: CampaignSummary,
  list: "page",
});

/** GET /campaigns */
export function registerListCampaigns(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_campaigns", toArgs(query), query);
  });
}
