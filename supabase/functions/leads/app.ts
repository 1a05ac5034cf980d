import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerAssignLead } from "./routes/assign-lead.ts";
import { registerAutoAssignLeads } from "./routes/auto-assign-leads.ts";
import { registerBulkAssignLeads } from "./routes/bulk-assign-leads.ts";
import { registerBulkDeleteLeads } from "./routes/bulk-delete-leads.ts";
import { registerBulkUpdateLeads } from "./routes/bulk-update-leads.ts";
import { registerCreateLead } from "./routes/create-lead.ts";
import { registerDeleteLead } from "./routes/delete-lead.ts";
import { registerExplainLeadScore } from "./routes/explain-lead-score.ts";
import { registerExportLeads } from "./routes/export-leads.ts";
import { registerGetLead } from "./routes/get-lead.ts";
import { registerGetLeadHistory } from "./routes/get-lead-history.ts";
import { registerImportLeads } from "./routes/import-leads.ts";
import { registerListLeadActivities } from "./routes/list-lead-activities.ts";
import { registerListLeads } from "./routes/list-leads.ts";
import { registerQualifyLead } from "./routes/qualify-lead.ts";
import { registerRecordLeadActivity } from "./routes/record-lead-activity.ts";
import { registerRestoreLead } from "./routes/restore-lead.ts";
import { registerUpdateLead } from "./routes/update-lead.ts";

/** The function `leads`. */
export function createLeadsApp(config: KitConfig): KitApp {
  const app = createApp({ name: "leads", config });
  // Fixed paths first: /leads/{leadId} would take "bulk" or "export" for an id.
  registerImportLeads(app);
  registerExportLeads(app);
  registerBulkUpdateLeads(app);
  registerBulkAssignLeads(app);
  registerBulkDeleteLeads(app);
  registerAutoAssignLeads(app);
  registerListLeads(app);
  registerCreateLead(app);
  registerGetLead(app);
  registerUpdateLead(app);
  registerDeleteLead(app);
  registerRestoreLead(app);
  registerQualifyLead(app);
  registerAssignLead(app);
  registerExplainLeadScore(app);
  registerGetLeadHistory(app);
  registerListLeadActivities(app);
  registerRecordLeadActivity(app);
  return app;
}
