/** Stacks of their own on the fixture project, so that no test depends on Backline's schema. */
import { join } from "node:path";
import {
  createClient,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import type { StackInfo } from "../../../local/state.ts";
import { startStack, tempDir, type TestStack } from "../../../scripts/test/stack.ts";

export { runCli, tempDir, type TestStack } from "../../../scripts/test/stack.ts";

/** The fixture's supabase folder. */
export const FIXTURE = join(import.meta.dirname ?? ".", "fixture");

/** How to start a stack on the fixture, or on a changed copy of it. */
export interface FixtureOptions {
  supabase?: string;
  args?: string[];
  env?: Record<string, string>;
}

/** Starts a stack on the fixture, whose state is in the folder. */
export async function startFixture(
  dataDir: string,
  { supabase = FIXTURE, args = ["--port", "0"], env }: FixtureOptions = {},
): Promise<TestStack> {
  return await startStack(dataDir, { args: ["--supabase", supabase, ...args], env });
}

/** A supabase-js client that keeps nothing between tests. */
export function client(
  stack: StackInfo,
  key = stack.publishableKey,
  auth: SupabaseClientOptions<"public">["auth"] = { persistSession: false },
): SupabaseClient {
  return createClient(stack.apiUrl, key, {
    auth: { autoRefreshToken: false, detectSessionInUrl: false, ...auth },
  });
}

/**
 * Runs a file's tests against one stack: starts it before the first and stops it after the last.
 * `prepare` may fill the folder in which it lives, and says how to start it.
 */
export function withStack(
  prepare: (dir: string) => FixtureOptions | Promise<FixtureOptions> = () => ({}),
): () => TestStack {
  let stack: TestStack | undefined;
  const cleanup = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    const { path } = cleanup.use(await tempDir());
    stack = cleanup.use(await startFixture(join(path, "state"), await prepare(path)));
  });
  Deno.test.afterAll(() => cleanup.disposeAsync());
  return () => {
    if (!stack) throw new Error("The stack did not start.");
    return stack;
  };
}
