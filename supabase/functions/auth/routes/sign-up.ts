import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { respond } from "../../_shared/reply.ts";
import { callAuth } from "../gotrue.ts";
import { SignUp, SignUpResult } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/auth/signup",
  operationId: "signUp",
  summary: "Create a user, and an agency or a membership by invitation, in one transaction",
  description:
    "Answers a session. Where e-mail addresses must be confirmed, it answers the user alone and a message.",
  rateClass: "auth",
  permission: "everyone",
  anonymous: true,
  request: { body: jsonBody(SignUp) },
  data: SignUpResult,
  status: 201,
  problems: [403, 404, 409, 429],
});

/** POST /auth/signup */
export function registerSignUp(app: KitApp): void {
  app.openapi(route, async (c) => {
    const { email, password, ...data } = c.req.valid("json");
    const answer = await callAuth(c, "signup", { email, password, data: toColumns(SignUp, data) });
    const hasSession = typeof answer === "object" && answer !== null && "access_token" in answer;
    return hasSession
      ? respond(c, answer)
      : respond(c, { user: answer }, "Confirm your e-mail address: follow the link in the mail.");
  });
}
