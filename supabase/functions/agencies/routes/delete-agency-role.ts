import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { AgencyRole, RoleParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/agencies/{agencyId}/roles/{role}",
  operationId: "deleteAgencyRole",
  summary: "Remove a role of the agency's own that nobody holds",
  rateClass: "write",
  permission: "roles.manage",
  request: { params: RoleParams },
  data: AgencyRole,
  message: "Role deleted.",
});

/** DELETE /agencies/:agencyId/roles/:role */
export function registerDeleteAgencyRole(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "delete_agency_role", toArgs(c.req.valid("param"))));
}
