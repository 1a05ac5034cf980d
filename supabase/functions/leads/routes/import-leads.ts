import { MAX_IMPORT_BYTES } from "../../_shared/body.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { ImportLeads, ImportResult, toRow } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/leads/import",
  operationId: "importLeads",
  summary: "Import up to 10,000 leads; a faulty row is rejected, the others go in",
  rateClass: "intensive",
  permission: "leads.create",
  request: { body: jsonBody(ImportLeads) },
  data: ImportResult,
  message: "Import done.",
  maxBodyBytes: MAX_IMPORT_BYTES,
});

/** POST /leads/import */
export function registerImportLeads(app: KitApp): void {
  app.openapi(route, (c) => {
    const { campaignId, rows } = c.req.valid("json");
    return reply(c, "import_leads", { campaign_id: campaignId, rows: rows.map(toRow) });
  });
}
