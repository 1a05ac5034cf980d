import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyExport, toArgs } from "../../_shared/reply.ts";
import { CsvText, ExportQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/leads/export",
  operationId: "exportLeads",
  summary: "Export leads as CSV, streamed, with cells that no spreadsheet takes for a formula",
  rateClass: "intensive",
  permission: "leads.read, leads.read_assigned or leads.read_client",
  request: { query: ExportQuery },
  data: CsvText,
  contentType: "text/csv",
});

/** GET /leads/export */
export function registerExportLeads(app: KitApp): void {
  app.openapi(route, (c) => {
    const { format: _format, ...filters } = c.req.valid("query");
    return replyExport(c, "export_leads", toArgs(filters), {
      name: "leads.csv",
      type: "text/csv",
    });
  });
}
