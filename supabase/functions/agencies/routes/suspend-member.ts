import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { Member, MemberParams } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/members/{userId}/suspend",
  operationId: "suspendMember",
  summary: "Take every permission from a member and keep the seat",
  description: "Works on the member's next request, with whatever token.",
  rateClass: "write",
  permission: "members.manage",
  request: { params: MemberParams },
  data: Member,
  message: "Member suspended.",
});

/** POST /agencies/:agencyId/members/:userId/suspend */
export function registerSuspendMember(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "suspend_member", toArgs(c.req.valid("param"))));
}
