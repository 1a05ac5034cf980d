import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { PlatformMetrics } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/admin/metrics",
  operationId: "getPlatformMetrics",
  summary: "Count what lies in all agencies together",
  rateClass: "read",
  permission: "staff of the platform",
  data: PlatformMetrics,
});

/** GET /admin/metrics */
export function registerGetPlatformMetrics(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "get_platform_metrics", {}));
}
