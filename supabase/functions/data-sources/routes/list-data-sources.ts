import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { DataSource, DataSourceQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/data-sources",
  operationId: "listDataSources",
  summary: "List data sources with what their jobs came to",
  rateClass: "read",
  permission: "data_sources.read",
  request: { query: DataSourceQuery },
  data: DataSource,
  list: "page",
});

/** GET /data-sources */
export function registerListDataSources(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_data_sources", toArgs(query), query);
  });
}
