import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { AgencyParams, Profile } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/switch",
  operationId: "switchAgency",
  summary: "Make this the agency meant where a request names none",
  rateClass: "write",
  permission: "members of the agency",
  request: { params: AgencyParams },
  data: Profile,
  message: "Agency switched.",
});

/** POST /agencies/:agencyId/switch */
export function registerSwitchAgency(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "switch_agency", { agency_id: c.req.valid("param").agencyId }),
  );
}
