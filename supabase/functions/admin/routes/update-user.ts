import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { UpdateUser, User, UserParams } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/admin/users/{userId}",
  operationId: "updateUser",
  summary: "Change a user's profile",
  description: "E-mail address and password are the user's own to change.",
  rateClass: "write",
  permission: "staff of the platform",
  request: { params: UserParams, body: jsonBody(UpdateUser) },
  data: User,
  message: "User updated.",
});

/** PUT /admin/users/:userId */
export function registerUpdateUser(app: KitApp): void {
  app.openapi(route, (c) =>
    reply(c, "update_user", {
      user_id: c.req.valid("param").userId,
      changes: toColumns(UpdateUser, c.req.valid("json")),
    }));
}
