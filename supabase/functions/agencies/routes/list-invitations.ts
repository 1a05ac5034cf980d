import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage } from "../../_shared/reply.ts";
import { AgencyParams, Invitation } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies/{agencyId}/invitations",
  operationId: "listInvitations",
  summary: "List the agency's invitations",
  rateClass: "read",
  permission: "members.manage",
  request: { params: AgencyParams },
  data: Invitation,
  list: "page",
});

/** GET /agencies/:agencyId/invitations */
export function registerListInvitations(app: KitApp): void {
  app.openapi(
    route,
    (c) => replyPage(c, "list_invitations", { agency_id: c.req.valid("param").agencyId }),
  );
}
