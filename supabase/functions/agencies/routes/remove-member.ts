import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { Member, MemberParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/agencies/{agencyId}/members/{userId}",
  operationId: "removeMember",
  summary: "End a membership, one's own or another's",
  description: "Answers the member as they were. What they were assigned is free again.",
  rateClass: "write",
  permission: "members.manage, or the member themselves",
  request: { params: MemberParams },
  data: Member,
  message: "Member removed.",
});

/** DELETE /agencies/:agencyId/members/:userId */
export function registerRemoveMember(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "remove_member", toArgs(c.req.valid("param"))));
}
