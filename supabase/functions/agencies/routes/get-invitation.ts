import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { InvitationPreview, TokenParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies/invitations/{token}",
  operationId: "getInvitation",
  summary: "See what an invitation offers, before signing up",
  rateClass: "anonymous",
  permission: "whoever holds the token",
  anonymous: true,
  request: { params: TokenParams },
  data: InvitationPreview,
  problems: [404],
});

/** GET /agencies/invitations/:token */
export function registerGetInvitation(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_invitation", c.req.valid("param")));
}
