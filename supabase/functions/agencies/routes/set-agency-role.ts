import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { AgencyRole, RoleParams, SetAgencyRole } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/agencies/{agencyId}/roles/{role}",
  operationId: "setAgencyRole",
  summary: "Make or change a role of the agency's own",
  description: "Works on its holders' next request.",
  rateClass: "write",
  permission: "roles.manage, and every permission of the role",
  request: { params: RoleParams, body: jsonBody(SetAgencyRole) },
  data: AgencyRole,
  message: "Role set.",
});

/** PUT /agencies/:agencyId/roles/:role */
export function registerSetAgencyRole(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "set_agency_role", {
        ...toArgs(c.req.valid("param")),
        ...toArgs(c.req.valid("json")),
      }),
  );
}
