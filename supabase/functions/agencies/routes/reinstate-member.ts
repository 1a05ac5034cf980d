import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { Member, MemberParams } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/members/{userId}/reinstate",
  operationId: "reinstateMember",
  summary: "Give a suspended member their permissions back",
  rateClass: "write",
  permission: "members.manage",
  request: { params: MemberParams },
  data: Member,
  message: "Member reinstated.",
});

/** POST /agencies/:agencyId/members/:userId/reinstate */
export function registerReinstateMember(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "suspend_member", { ...toArgs(c.req.valid("param")), suspended: false }),
  );
}
