import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyExport, replyPage } from "../../_shared/reply.ts";
import { JobParams, JobReject, JobRejectQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/jobs/{jobId}/rejects",
  operationId: "listJobRejects",
  summary: "Read or download what was wrong with the rows a job left out",
  description:
    "The first 1,000 faults; the job's rowsRejected counts all such rows. The file has cells that no spreadsheet takes for a formula, and a column for every field of the rows, so that it can be mended and read again.",
  rateClass: "read",
  permission: "jobs.read",
  request: { params: JobParams, query: JobRejectQuery },
  data: JobReject,
  list: "page",
  alsoAs: "text/csv",
});

/** GET /jobs/:jobId/rejects */
export function registerListJobRejects(app: KitApp): void {
  app.openapi(route, (c) => {
    const job_id = c.req.valid("param").jobId;
    const { format, page, pageSize } = c.req.valid("query");
    return format === "csv"
      ? replyExport(c, "export_job_rejects", { job_id }, { name: "rejects.csv", type: "text/csv" })
      : replyPage(c, "list_job_rejects", { job_id, page, page_size: pageSize }, { page, pageSize });
  });
}
