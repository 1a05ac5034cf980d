import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Agency, AgencyParams, UpdateAgency } from "../schemas.ts";

const route = operation({
  method: "put",
  path: "/agencies/{agencyId}",
  operationId: "updateAgency",
  summary: "Change an agency: only the given fields",
  rateClass: "write",
  permission: "agency.manage",
  request: { params: AgencyParams, body: jsonBody(UpdateAgency) },
  data: Agency,
  message: "Agency updated.",
});

/** PUT /agencies/:agencyId */
export function registerUpdateAgency(app: KitApp): void {
  app.openapi(route, (c) =>
    reply(c, "update_agency", {
      agency_id: c.req.valid("param").agencyId,
      changes: toColumns(UpdateAgency, c.req.valid("json")),
    }));
}
