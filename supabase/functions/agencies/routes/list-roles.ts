import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AgencyParams, Role } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies/{agencyId}/roles",
  operationId: "listRoles",
  summary: "List the roles a member may hold, with what they allow",
  rateClass: "read",
  permission: "members.read",
  request: { params: AgencyParams },
  data: Role,
  list: "all",
});

/** GET /agencies/:agencyId/roles */
export function registerListRoles(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "list_roles", { agency_id: c.req.valid("param").agencyId }));
}
