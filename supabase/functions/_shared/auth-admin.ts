/**
 * Auth's side for administrators, with the secret key: whoever calls this must have been told by a
 * procedure that the caller is staff of the platform.
 * @module
 */

import { z } from "@hono/zod-openapi";
import { readAuthAnswer } from "./auth-errors.ts";
import type { KitContext } from "./operation.ts";
import { callUpstream } from "./upstream.ts";

/** What an account begins with. */
export interface NewAccount {
  /** Taken as confirmed: staff vouch for it. */
  readonly email: string;
  /** Without one the user asks for a reset first. */
  readonly password?: string;
  /** The person's name. */
  readonly fullName: string;
}

const Account = z.object({ id: z.string() });

/** Creates an account and answers its id. */
export async function createAccount(
  c: KitContext,
  secretKey: string,
  { email, password, fullName }: NewAccount,
): Promise<string> {
  const response = await callUpstream(c, "/auth/v1/admin/users", {
    body: { email, password, email_confirm: true, user_metadata: { full_name: fullName } },
    secretKey,
  });
  return Account.parse(await readAuthAnswer(response)).id;
}
