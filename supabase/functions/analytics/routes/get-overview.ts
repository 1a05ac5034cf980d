import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AgencyOverview, OverviewQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/analytics/overview",
  operationId: "getOverview",
  summary: "Totals, rates and trend of the agency, with its top campaigns",
  rateClass: "read",
  permission: "analytics.read, analytics.read_assigned or analytics.read_client",
  request: { query: OverviewQuery },
  data: AgencyOverview,
});

/** GET /analytics/overview */
export function registerGetOverview(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_agency_overview", c.req.valid("query")));
}
