import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Task, TriggerJob } from "../task-schemas.ts";

const route = operation({
  method: "post",
  path: "/admin/trigger-job",
  operationId: "triggerJob",
  summary: "Put a background task in line",
  description: "An unknown kind is 422 TASK_KIND_UNKNOWN, which names the known ones.",
  rateClass: "write",
  permission: "staff of the platform",
  request: { body: jsonBody(TriggerJob) },
  data: Task,
  status: 201,
  message: "Task in line.",
});

/** POST /admin/trigger-job */
export function registerTriggerJob(app: KitApp): void {
  app.openapi(route, (c) => {
    const { kind, payload, agencyId, runAt, priority } = c.req.valid("json");
    return reply(c, "trigger_job", {
      kind,
      ...(payload ? { payload } : {}),
      agency_id: agencyId ?? null,
      run_at: runAt ?? null,
      ...(priority === undefined ? {} : { priority }),
    });
  });
}
