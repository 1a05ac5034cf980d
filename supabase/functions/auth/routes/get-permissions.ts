import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { Permissions, PermissionsQuery } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/auth/permissions",
  operationId: "getPermissions",
  summary: "The caller's roles and permissions in an agency",
  rateClass: "read",
  permission: "members of the agency",
  request: { body: jsonBody(PermissionsQuery, { required: false }) },
  data: Permissions,
});

/** POST /auth/permissions */
export function registerGetPermissions(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "my_permissions", toArgs(c.req.valid("json"))));
}
