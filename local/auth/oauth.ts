/**
 * Sign-in through another service. Locally every provider's name leads to one built-in provider that
 * lets the visitor pick any e-mail address, or takes the `login_hint` without asking.
 */
import { createHash } from "node:crypto";
import type { TransactionSql } from "postgres";
import { signToken, verifyToken } from "../keys.ts";
import { type Handler, redirectTarget } from "./context.ts";
import { AuthError } from "./errors.ts";
import { sessionFragment } from "./mail-flows.ts";
import { openSession } from "./sessions.ts";
import { saveFlow } from "./tokens.ts";
import { checkEmail, confirmEmail, createUser, findUser, saveIdentity } from "./users.ts";

/** `GET /authorize?provider=…`: on to the provider's consent page. */
export const authorize: Handler = async (ctx) => {
  const query = ctx.url.searchParams;
  const provider = query.get("provider") ?? "";
  if (!/^[a-z_]{2,32}$/.test(provider)) {
    throw new AuthError(
      400,
      "validation_failed",
      "Unsupported provider: provider is not enabled",
    );
  }
  const state = await saveFlow(ctx.sql, {
    ctx,
    userId: null,
    method: "oauth",
    provider,
    challenge: query.get("code_challenge"),
    referrer: redirectTarget(ctx),
  });
  const next = new URLSearchParams({ state, login_hint: query.get("login_hint") ?? "" });
  const location = `${ctx.apiUrl}/auth/v1/local-provider?${next}`;
  if (query.get("skip_http_redirect") === "true") return Response.json({ url: location });
  return Response.redirect(location, 302);
};

/** `GET /local-provider`: the consent page; approves at once when it knows the address. */
export const consent: Handler = async (ctx) => {
  const state = ctx.url.searchParams.get("state") ?? "";
  const email = ctx.url.searchParams.get("login_hint");
  if (!email) {
    const safe = state.replace(/[^0-9a-f-]/g, "");
    return new Response(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Local sign-in</title>
       <h1>Who signs in?</h1><form><input type="hidden" name="state" value="${safe}">
       <input type="email" name="login_hint" required autofocus placeholder="you@example.com">
       <button>Continue</button></form></html>`,
      { headers: { "content-type": "text/html; charset=utf-8" } },
    );
  }
  const claims = { email: checkEmail(email), aud: "local-provider" };
  const code = await signToken(ctx.keys.jwtSecret, claims, 60);
  return Response.redirect(
    `${ctx.apiUrl}/auth/v1/callback?${new URLSearchParams({ code, state })}`,
    302,
  );
};

/** `GET /callback`: back from the provider; creates or links the user. */
export const callback: Handler = async (ctx) => {
  const state = ctx.url.searchParams.get("state") ?? "";
  const [flow] = await ctx.sql<
    { auth_code: string; pkce: boolean; provider: string; referrer: string }[]
  >`
    select auth_code, code_challenge is not null as pkce, provider_type as provider, referrer
      from auth.flow_state where id::text = ${state} and user_id is null`;
  if (!flow) throw new AuthError(400, "bad_oauth_state", "OAuth state not found or expired");
  const target = new URL(flow.referrer);
  try {
    const proof = await verifyToken(ctx.keys.jwtSecret, ctx.url.searchParams.get("code") ?? "")
      .catch(() => null);
    if (proof?.aud !== "local-provider") {
      throw new AuthError(400, "bad_oauth_callback", "The provider's code is not valid");
    }
    await ctx.sql.begin(async (tx) => {
      const userId = await userOf(tx, flow.provider, String(proof.email));
      if (flow.pkce) {
        await tx`update auth.flow_state
                    set user_id = ${userId}, auth_code_issued_at = now() where id = ${state}`;
        target.searchParams.set("code", flow.auth_code);
      } else {
        await tx`delete from auth.flow_state where id = ${state}`;
        const session = await openSession(ctx, tx, userId, "oauth");
        target.hash = sessionFragment(session, { provider_token: "local" });
      }
    });
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    const fault = {
      error: "server_error",
      error_code: error.code,
      error_description: error.message,
    };
    for (const [name, value] of Object.entries(fault)) target.searchParams.set(name, value);
    target.hash = String(new URLSearchParams(fault));
  }
  return Response.redirect(target, 302);
};

/** The user with this address, linked to the provider; created at the first visit. */
async function userOf(tx: TransactionSql, provider: string, email: string): Promise<string> {
  const subject = createHash("sha256").update(`${provider}:${email}`).digest("hex").slice(0, 21);
  const data = {
    iss: "local-provider",
    sub: subject,
    provider_id: subject,
    email,
    email_verified: true,
    phone_verified: false,
    full_name: email.split("@")[0],
    name: email.split("@")[0],
  };
  const user = await findUser(tx, { email }) ??
    await createUser(tx, { email, data, provider, confirmed: true });
  await saveIdentity(tx, user.id, provider, subject, data);
  await confirmEmail(tx, user.id);
  return user.id;
}
