import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage } from "../../_shared/reply.ts";
import { JobLogLine, JobLogQuery, JobParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/jobs/{jobId}/logs",
  operationId: "listJobLogs",
  summary: "Read a job's log, on from a line",
  rateClass: "read",
  permission: "jobs.read",
  request: { params: JobParams, query: JobLogQuery },
  data: JobLogLine,
  list: "cursor",
});

/** GET /jobs/:jobId/logs */
export function registerListJobLogs(app: KitApp): void {
  app.openapi(route, (c) => {
    const { level, after, pageSize } = c.req.valid("query");
    return replyPage(c, "list_job_logs", {
      job_id: c.req.valid("param").jobId,
      level: level ?? null,
      after_seq: after,
      page_size: pageSize,
    }, { pageSize, cursor: String(after) });
  });
}
