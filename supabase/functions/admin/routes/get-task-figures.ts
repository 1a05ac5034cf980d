import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { TaskFigures } from "../task-schemas.ts";

const route = operation({
  method: "get",
  path: "/admin/tasks/figures",
  operationId: "getTaskFigures",
  summary: "The queue of background tasks by state and kind, and the platform's schedules",
  rateClass: "read",
  permission: "staff of the platform",
  data: TaskFigures,
});

/** GET /admin/tasks/figures */
export function registerGetTaskFigures(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_task_figures", {}));
}
