import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { DataSource, DataSourceParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/data-sources/{dataSourceId}",
  operationId: "deleteDataSource",
  summary: "Delete a data source with its credentials; its jobs and leads stay",
  rateClass: "write",
  permission: "data_sources.write",
  request: { params: DataSourceParams },
  data: DataSource,
  message: "Data source deleted.",
});

/** DELETE /data-sources/:dataSourceId */
export function registerDeleteDataSource(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "delete_data_source", { data_source_id: c.req.valid("param").dataSourceId }),
  );
}
