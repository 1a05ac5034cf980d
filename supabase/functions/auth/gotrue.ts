import { readAuthAnswer } from "../_shared/auth-errors.ts";
import type { KitContext } from "../_shared/operation.ts";
import { problem } from "../_shared/problem.ts";
import { callUpstream, chargeOrRefuse, credentialsOf } from "../_shared/upstream.ts";

/**
 * The one call to Auth of a request, once its limit has let it pass; its errors become the
 * envelope's.
 */
export async function callAuth(
  c: KitContext,
  path: string,
  body: unknown,
  as: "caller" | "nobody" = "nobody",
): Promise<unknown> {
  // An API key has no session.
  if (as === "caller" && !credentialsOf(c)?.token) throw problem("NOT_SIGNED_IN");
  await chargeOrRefuse(c);
  return await readAuthAnswer(await callUpstream(c, `/auth/v1/${path}`, { body, as }));
}
