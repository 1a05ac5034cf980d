import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { Job, JobQuery } from "../../jobs/schemas.ts";
import { DataSourceParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/data-sources/{dataSourceId}/jobs",
  operationId: "listJobsOfDataSource",
  summary: "List the jobs of a data source",
  rateClass: "read",
  permission: "jobs.read",
  request: { params: DataSourceParams, query: JobQuery.omit({ dataSourceId: true }) },
  data: Job,
  list: "page",
});

/** GET /data-sources/:dataSourceId/jobs */
export function registerListJobsOfDataSource(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_scraping_jobs", {
      ...toArgs(query),
      data_source_id: c.req.valid("param").dataSourceId,
    }, query);
  });
}
