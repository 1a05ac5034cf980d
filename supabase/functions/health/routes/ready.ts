import { camel } from "../../_shared/mapping.ts";
import { type KitApp, operation } from "../../_shared/operation.ts";
import { Problem, problem } from "../../_shared/problem.ts";
import { respond } from "../../_shared/reply.ts";
import { readUpstreamJson, rpc } from "../../_shared/upstream.ts";
import { Readiness, ReadinessReport } from "../schemas.ts";

const route = operation({
  method: "get",
  path: "/health/ready",
  operationId: "isReady",
  summary: "Whether requests can be served; 503 when not",
  rateClass: "anonymous",
  permission: "everyone",
  anonymous: true,
  data: Readiness,
  problems: [503],
});

/** GET /health/ready */
export function registerReady(app: KitApp): void {
  app.openapi(route, async (c) => {
    const report = await readReport(() => rpc(c, "check_readiness", {}));
    if (report.ready) return respond(c, report);
    const failing = Object.keys(report.checks).filter((check) => !report.checks[check]);
    throw problem("NOT_READY", {
      details: failing.map((check) => ({ path: camel(check), message: "This check fails." })),
      cause: report,
    });
  });
}

/** Whatever keeps the database from answering counts as not ready. */
async function readReport(call: () => Promise<Response>) {
  try {
    return ReadinessReport.parse(await readUpstreamJson(await call()));
  } catch (cause) {
    if (cause instanceof Problem && cause.status === 429) throw cause;
    throw problem("NOT_READY", {
      details: [{ path: "database", message: "This check fails." }],
      cause,
    });
  }
}
