import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Agency, AgencyParams } from "../schemas.ts";

const route = operation({
  method: "delete",
  path: "/agencies/{agencyId}",
  operationId: "archiveAgency",
  summary: "Archive an agency; nothing is deleted",
  rateClass: "write",
  permission: "agency.archive",
  request: { params: AgencyParams },
  data: Agency,
  message: "Agency archived.",
});

/** DELETE /agencies/:agencyId */
export function registerArchiveAgency(app: KitApp): void {
  app.openapi(
    route,
    (c) => reply(c, "archive_agency", { agency_id: c.req.valid("param").agencyId }),
  );
}
