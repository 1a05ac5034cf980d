import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { DataSource, DataSourceParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/data-sources/{dataSourceId}",
  operationId: "getDataSource",
  summary: "Read a data source",
  rateClass: "read",
  permission: "data_sources.read",
  request: { params: DataSourceParams },
  data: DataSource,
});

/** GET /data-sources/:dataSourceId */
export function registerGetDataSource(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "get_data_source", { data_source_id: c.req.valid("param").dataSourceId }),
  );
}
