/** People with accounts at Auth, and the mails they get. */
import assert from "node:assert/strict";
import type { Session, SupabaseClient, User } from "@supabase/supabase-js";
import type { Mail } from "../../../local/mailbox.ts";
import type { StackInfo } from "../../../local/state.ts";
import { client } from "./stack.ts";

/** Everybody's password. */
export const PASSWORD = "a long enough password";

/** All mails to an address, newest first. */
export async function mailsTo(stack: StackInfo, email: string): Promise<Mail[]> {
  const url = `${stack.mailUrl}/api/messages?to=${encodeURIComponent(email)}`;
  return await (await fetch(url)).json();
}

/** The last mail to an address. */
export async function mailTo(stack: StackInfo, email: string): Promise<Mail> {
  const [mail] = await mailsTo(stack, email);
  assert.ok(mail, `no mail to ${email}`);
  return mail;
}

/** Signs somebody up, with a client of their own. */
export async function signedUp(
  stack: StackInfo,
  email: string,
): Promise<{ supabase: SupabaseClient; session: Session; user: User }> {
  const supabase = client(stack);
  const { data, error } = await supabase.auth.signUp({
    email,
    password: PASSWORD,
    options: { data: { full_name: "Someone" } },
  });
  assert.equal(error, null);
  assert.ok(data.session && data.user);
  return { supabase, session: data.session, user: data.user };
}

/** A client that keeps what a browser would, for the code verifier between two calls. */
export function pkceClient(stack: StackInfo): SupabaseClient {
  const kept = new Map<string, string>();
  return client(stack, stack.publishableKey, {
    flowType: "pkce",
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
  });
}

/** Follows redirects by hand up to the application's own address. */
export async function followTo(start: string, origin: string): Promise<URL> {
  for (let at = start, hops = 0; hops < 5; hops++) {
    const response = await fetch(at, { redirect: "manual" });
    await response.body?.cancel();
    at = response.headers.get("location") ?? "";
    assert.ok(at, "no further redirect");
    if (at.startsWith(origin)) return new URL(at);
  }
  throw new Error("Too many redirects.");
}
