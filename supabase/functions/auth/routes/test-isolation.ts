import { type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { Isolation } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/auth/test-isolation",
  operationId: "testIsolation",
  summary: "Count what the caller sees outside of their agencies; every count must be zero",
  rateClass: "intensive",
  permission: "every signed-in user",
  data: Isolation,
});

/** POST /auth/test-isolation */
export function registerTestIsolation(app: KitApp): void {
  app.openapi(route, (c) => reply(c, "test_isolation", {}));
}
