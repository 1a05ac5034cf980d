import { type KitApp, operation } from "../../_shared/operation.ts";
import { replyPage, toArgs } from "../../_shared/reply.ts";
import { AuditEvent, AuditQuery } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/admin/audit",
  operationId: "searchAudit",
  summary: "Search what was done, the newest first",
  rateClass: "read",
  permission: "audit.read for the agency meant; staff of the platform for all",
  request: { query: AuditQuery },
  data: AuditEvent,
  list: "page",
});

/** GET /admin/audit */
export function registerSearchAudit(app: KitApp): void {
  app.openapi(route, (c) => {
    const query = c.req.valid("query");
    return replyPage(c, "search_audit", toArgs(query), query);
  });
}
