import { camel } from "../../_shared/mapping.ts";
import { type KitApp, type KitContext, operation } from "../../_shared/operation.ts";
import { Problem, problem } from "../../_shared/problem.ts";
import { respond } from "../../_shared/reply.ts";
import { callUpstream, readUpstreamJson, rpc } from "../../_shared/upstream.ts";
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
    const [report, auth] = await Promise.all([
      readReport(() => rpc(c, "check_readiness", {})),
      answersAuth(c),
    ]);
    report.checks.auth &&= auth;
    if (report.ready && auth) return respond(c, report);
    const failing = Object.keys(report.checks).filter((check) => !report.checks[check]);
    throw problem("NOT_READY", {
      details: failing.map((check) => ({ path: camel(check), message: "This check fails." })),
      cause: report,
    });
  });
}

/** Whether Auth itself answers; the database only knows whether its tables are there. */
async function answersAuth(c: KitContext): Promise<boolean> {
  try {
    const response = await callUpstream(c, "/auth/v1/health", { method: "GET" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
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
