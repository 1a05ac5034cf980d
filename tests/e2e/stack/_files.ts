/** People who keep files in the fixture's buckets. */
import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { StackInfo } from "../../../local/state.ts";
import { client } from "./stack.ts";

/** A signed-in user, and a folder of their own. */
export async function writer(stack: StackInfo): Promise<{ supabase: SupabaseClient; id: string }> {
  const supabase = client(stack);
  const { data, error } = await supabase.auth.signUp({
    email: `${crypto.randomUUID()}@example.test`,
    password: "correct horse",
  });
  assert.equal(error, null);
  assert.ok(data.user);
  return { supabase, id: data.user.id };
}

/** What speaks with the secret key. */
export const service = (stack: StackInfo): SupabaseClient => client(stack, stack.secretKey);

/** What supabase-js answered, which is no error. */
export function succeeded<T>({ data, error }: { data: T; error: unknown }): NonNullable<T> {
  assert.equal(error, null);
  assert.ok(data);
  return data;
}
