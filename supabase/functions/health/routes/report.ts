import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { HealthReport } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/health",
  operationId: "getHealthReport",
  summary: "Readiness and what stands behind it",
  rateClass: "read",
  permission: "staff of the platform",
  data: HealthReport,
});

/** GET /health */
export function registerReport(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_health_report", {}));
}
