import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Invitation, InvitationParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/agencies/{agencyId}/invitations/{invitationId}",
  operationId: "revokeInvitation",
  summary: "Take an invitation back; its token stops working",
  rateClass: "write",
  permission: "members.manage",
  request: { params: InvitationParams },
  data: Invitation,
  message: "Invitation revoked.",
});

/** DELETE /agencies/:agencyId/invitations/:invitationId */
export function registerRevokeInvitation(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "revoke_invitation", { invitation_id: c.req.valid("param").invitationId }),
  );
}
