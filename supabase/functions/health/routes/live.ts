import { type KitApp, operation } from "../../_shared/operation.ts";
import { respond } from "../../_shared/reply.ts";
import { Liveness } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/health/live",
  operationId: "isLive",
  summary: "Whether the functions answer; asks nothing behind them",
  description: "Counted by no limit: its answer alone has no RateLimit headers.",
  rateClass: "anonymous",
  permission: "everyone",
  anonymous: true,
  free: true,
  data: Liveness,
});

/** GET /health/live */
export function registerLive(app: KitApp): void {
  app.openapi(route, (c) => respond(c, { status: "live" }));
}
