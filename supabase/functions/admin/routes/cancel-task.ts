import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Task, TaskParams } from "../task-schemas.ts";

const route = operation({
  method: "post",
  path: "/admin/tasks/{taskId}/cancel",
  operationId: "cancelTask",
  summary: "Take a task out of line for good",
  description:
    "The worker of a running task hears of it at its next call; what it does later has no effect.",
  rateClass: "write",
  permission: "staff of the platform",
  request: { params: TaskParams },
  data: Task,
  message: "Task cancelled.",
});

/** POST /admin/tasks/:taskId/cancel */
export function registerCancelTask(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "cancel_task", { task_id: c.req.valid("param").taskId }));
}
