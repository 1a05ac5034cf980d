import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { User, UserQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/admin/users",
  operationId: "listUsers",
  summary: "List all users, the newest first, with their agencies",
  rateClass: "read",
  permission: "staff of the platform",
  request: { query: UserQuery },
  data: User,
  list: "page",
});

/** GET /admin/users */
export function registerListUsers(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "list_users", toArgs(query), query);
  });
}
