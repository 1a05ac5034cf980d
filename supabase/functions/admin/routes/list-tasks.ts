import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { Task, TaskQuery } from "../task-schemas.ts";

const route = operation({
  method: "get",
  path: "/admin/tasks",
  operationId: "listTasks",
  summary: "List background tasks, the newest first; dead letters by state=discarded",
  rateClass: "read",
  permission: "staff of the platform",
  request: { query: TaskQuery },
  data: Task,
  list: "page",
});

/** GET /admin/tasks */
export function registerListTasks(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_tasks", toArgs(query), query);
  });
}
