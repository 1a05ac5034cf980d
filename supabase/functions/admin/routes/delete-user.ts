import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { User, UserParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/admin/users/{userId}",
  operationId: "deleteUser",
  summary: "Delete an account with its profile, sessions and memberships",
  description: "Answers the user as it was. What it did stays in the audit log.",
  rateClass: "write",
  permission: "staff of the platform",
  request: { params: UserParams },
  data: User,
  message: "User deleted.",
});

/** DELETE /admin/users/:userId */
export function registerDeleteUser(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "delete_user", { user_id: c.req.valid("param").userId }));
}
