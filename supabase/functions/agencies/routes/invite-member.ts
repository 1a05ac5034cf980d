import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { AgencyParams, InviteMember, NewInvitation } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/invite",
  operationId: "inviteMember",
  summary: "Invite someone by e-mail address; the answer holds the token this once",
  rateClass: "write",
  permission: "members.manage",
  request: { params: AgencyParams, body: jsonBody(InviteMember) },
  data: NewInvitation,
  status: 201,
  message: "Invitation created.",
});

/** POST /agencies/:agencyId/invite */
export function registerInviteMember(app: KitApp): void {
  app.openapi(route, (c) =>
    reply(c, "invite_member", {
      agency_id: c.req.valid("param").agencyId,
      ...toArgs(c.req.valid("json")),
    }));
}
