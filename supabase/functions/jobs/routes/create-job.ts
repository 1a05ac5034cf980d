import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { CreateJob, Job } from "../schemas.ts";

const route = (path: string, operationId: string) =>
  operation({
    method: "post",
    path,
    operationId,
    summary: "Make a job that is to read a data source into a campaign; it waits to be started",
    rateClass: "write",
    permission: "jobs.run",
    request: { body: jsonBody(CreateJob) },
    data: Job,
    status: 201,
    message: "Job created.",
  });

/** POST /jobs, also as /jobs/create */
export function registerCreateJob(app: KitApp): void {
  for (const declared of [route("/jobs", "createJob"), route("/jobs/create", "createJobAlias")]) {
    app.openapi(declared, (c) => {
      const { dataSourceId, campaignId, params, maxRows, maxMinutes } = c.req.valid("json");
      return reply(c, "create_scraping_job", {
        data_source_id: dataSourceId,
        campaign_id: campaignId,
        params: params ?? {},
        max_rows: maxRows ?? null,
        max_minutes: maxMinutes ?? null,
      });
    });
  }
}
