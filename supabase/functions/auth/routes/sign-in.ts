import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { respond } from "../../_shared/reply.ts";
import { callAuth } from "../gotrue.ts";
import { Session, SignIn } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/auth/signin",
  operationId: "signIn",
  summary: "Sign in with e-mail address and password",
  rateClass: "auth",
  permission: "everyone",
  anonymous: true,
  request: { body: jsonBody(SignIn) },
  data: Session,
  problems: [401, 403, 429],
});

/** POST /auth/signin */
export function registerSignIn(app: KitApp): void {
  app.openapi(route, async (c) => {
    return respond(c, await callAuth(c, "token?grant_type=password", c.req.valid("json")));
  });
}
