import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Job, JobParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/jobs/{jobId}",
  operationId: "getJob",
  summary: "Read a job",
  rateClass: "read",
  permission: "jobs.read",
  request: { params: JobParams },
  data: Job,
});

/** GET /jobs/:jobId */
export function registerGetJob(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_scraping_job", { job_id: c.req.valid("param").jobId }));
}
