import { createAccount } from "../../_shared/auth-admin.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import { readUpstreamJson, rpc } from "../../_shared/upstream.ts";
import { CreateUser, User } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/admin/users",
  operationId: "createUser",
  summary: "Create an account; its e-mail address counts as confirmed",
  description:
    "Three steps: the log says who is about to make it (user.announced), Auth makes it with its profile in one transaction, the log names it (user.updated). Where one fails, those before it stand: no account without the first event. A repetition is answered 409 once the account is there: the e-mail address itself keeps it from happening twice.",
  rateClass: "write",
  unkeyed: true,
  permission: "staff of the platform",
  request: { body: jsonBody(CreateUser) },
  data: User,
  status: 201,
  problems: [409],
  message: "User created.",
});

/** POST /admin/users */
export function registerCreateUser(app: KitApp, secretKey: string): void {
  app.openapi(route, async (c) => {
    const { email, password, fullName } = c.req.valid("json");
    // Refuses whoever is no staff, before the secret key is used, and leaves a trace of who is.
    await readUpstreamJson(await rpc(c, "announce_user", { email }, "unkeyed"));
    const user_id = await createAccount(c, secretKey, { email, password, fullName });
    // Names the account in the log.
    return await reply(c, "update_user", { user_id, changes: { full_name: fullName } }, "unkeyed");
  });
}
