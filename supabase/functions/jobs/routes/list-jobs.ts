import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { Job, JobQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/jobs",
  operationId: "listJobs",
  summary: "List jobs with their progress and counts",
  rateClass: "read",
  permission: "jobs.read",
  request: { query: JobQuery },
  data: Job,
  list: "page",
});

/** GET /jobs */
export function registerListJobs(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_scraping_jobs", toArgs(query), query);
  });
}
