import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Task, TaskParams } from "../task-schemas.ts";

const route = operation({
  method: "post",
  path: "/admin/tasks/{taskId}/requeue",
  operationId: "requeueTask",
  summary: "Put a task in line again",
  description:
    "A discarded or cancelled task gets all its attempts anew; one that waits for its time goes now.",
  rateClass: "write",
  permission: "staff of the platform",
  request: { params: TaskParams },
  data: Task,
  message: "Task in line again.",
});

/** POST /admin/tasks/:taskId/requeue */
export function registerRequeueTask(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "requeue_task", { task_id: c.req.valid("param").taskId }));
}
