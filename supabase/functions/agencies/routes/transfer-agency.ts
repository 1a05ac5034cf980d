import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { AgencyParams, Member, TransferAgency } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/transfer",
  operationId: "transferAgency",
  summary: "Make another active member the owner; the caller stays as admin",
  rateClass: "write",
  permission: "agency.transfer",
  request: { params: AgencyParams, body: jsonBody(TransferAgency) },
  data: Member,
  message: "Agency transferred.",
});

/** POST /agencies/:agencyId/transfer */
export function registerTransferAgency(app: KitApp): void {
  app.openapi(
    route,
    (c) =>
      reply(c, "transfer_agency", {
        ...toArgs(c.req.valid("param")),
        ...toArgs(c.req.valid("json")),
      }),
  );
}
