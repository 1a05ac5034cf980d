import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Agency, AgencyParams } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/restore",
  operationId: "restoreAgency",
  summary: "Open an archived agency again",
  rateClass: "write",
  permission: "agency.archive",
  request: { params: AgencyParams },
  data: Agency,
  message: "Agency restored.",
});

/** POST /agencies/:agencyId/restore */
export function registerRestoreAgency(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "restore_agency", { agency_id: c.req.valid("param").agencyId }),
  );
}
