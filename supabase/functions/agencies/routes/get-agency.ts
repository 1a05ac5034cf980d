import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Agency, AgencyParams } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/agencies/{agencyId}",
  operationId: "getAgency",
  summary: "Read one of the caller's agencies",
  rateClass: "read",
  permission: "members of the agency",
  request: { params: AgencyParams },
  data: Agency,
});

/** GET /agencies/:agencyId */
export function registerGetAgency(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_agency", { agency_id: c.req.valid("param").agencyId }));
}
