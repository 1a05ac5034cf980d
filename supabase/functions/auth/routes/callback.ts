import { deleteCookie, getCookie } from "hono/cookie";
import { type KitApp, operation } from "../../_shared/operation.ts";
import { problem } from "../../_shared/problem.ts";
import { respond } from "../../_shared/reply.ts";
import { callAuth } from "../gotrue.ts";
import { CallbackQuery, Session } from "../schemas.ts";

const VERIFIER_COOKIE = "backline-code-verifier";

const route = operation({
  method: "get",
  path: "/auth/callback",
  operationId: "exchangeCode",
  summary: "Trade an OAuth code and its PKCE verifier for a session",
  rateClass: "auth",
  permission: "whoever holds code and verifier",
  anonymous: true,
  request: { query: CallbackQuery },
  data: Session,
  problems: [400, 401, 429],
});

/** GET /auth/callback */
export function registerCallback(app: KitApp): void {
  app.openapi(route, async (c) => {
    const { code, error, error_description, ...query } = c.req.valid("query");
    if (error) throw problem("PROVIDER_REFUSED", { sentence: error_description ?? error });
    const verifier = query.codeVerifier ?? getCookie(c, VERIFIER_COOKIE);
    if (!code || !verifier) {
      const missing = code ? "codeVerifier" : "code";
      throw problem("VALIDATION_FAILED", {
        details: [{ path: missing, message: "This is required." }],
      });
    }
    const session = await callAuth(c, "token?grant_type=pkce", {
      auth_code: code,
      code_verifier: verifier,
    });
    deleteCookie(c, VERIFIER_COOKIE, { path: "/", secure: true });
    return respond(c, session);
  });
}
