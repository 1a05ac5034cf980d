import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { Member, MemberParams, SetMemberPermission } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/agencies/{agencyId}/members/{userId}/permissions",
  operationId: "setMemberPermission",
  summary: "Allow or deny a member one permission beyond their roles",
  description: "A denial wins over every role and allowance. Works on the member's next request.",
  rateClass: "write",
  permission: "members.manage, and the permission itself",
  request: { params: MemberParams, body: jsonBody(SetMemberPermission) },
  data: Member,
  message: "Permission set.",
});

/** PUT /agencies/:agencyId/members/:userId/permissions */
export function registerSetMemberPermission(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "set_member_permission", {
        ...toArgs(c.req.valid("param")),
        ...toArgs(c.req.valid("json")),
      }),
  );
}
