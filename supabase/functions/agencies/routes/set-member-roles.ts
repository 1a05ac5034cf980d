import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { Member, MemberParams, SetMemberRoles } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/agencies/{agencyId}/members/{userId}/roles",
  operationId: "setMemberRoles",
  summary: "Give a member exactly these roles",
  rateClass: "write",
  permission: "members.manage",
  request: { params: MemberParams, body: jsonBody(SetMemberRoles) },
  data: Member,
  message: "Roles set.",
});

/** PUT /agencies/:agencyId/members/:userId/roles */
export function registerSetMemberRoles(app: KitApp): void {
  app.openapi(route, (c) =>
    reply(c, "set_member_roles", {
      ...toArgs(c.req.valid("param")),
      ...toArgs(c.req.valid("json")),
    }));
}
