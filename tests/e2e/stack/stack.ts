/** Starts stacks of their own on the fixture project, so that no test depends on Backline's schema. */
import { join } from "node:path";
import {
  createClient,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import type { StackInfo } from "../../../local/state.ts";

const ROOT = join(import.meta.dirname ?? ".", "../../..");

/** The fixture's supabase folder. */
export const FIXTURE = join(import.meta.dirname ?? ".", "fixture");

/** A stack in a process of its own. */
export interface TestStack extends StackInfo, AsyncDisposable {
  process: Deno.ChildProcess;
  /** Resolves when the process has ended. */
  exit: Promise<Deno.CommandStatus>;
  /** Where its generated secrets are. */
  keysFile: string;
  /** Everything printed so far. */
  output(): string;
  /** Resolves when the output matches. */
  printed(pattern: RegExp): Promise<void>;
  /** Ends it with SIGTERM and returns its exit code. */
  stop(): Promise<number>;
}

/** Runs `local/main.ts` to its end. */
export async function runCli(...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await command(args).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Starts `local/main.ts start` and waits for its welcome. */
export async function startStack(
  dataDir: string,
  options: { supabase?: string; args?: string[]; env?: Record<string, string> } = {},
): Promise<TestStack> {
  const { supabase = FIXTURE, args = ["--port", "0"], env = {} } = options;
  const process = command(["start", "--data", dataDir, "--supabase", supabase, ...args], env)
    .spawn();
  let text = "", ended = false, exited = false;
  const exit = process.status.finally(() => exited = true);
  const waiting = new Set<() => void>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      for (const check of waiting) check();
    }
  };
  Promise.all([read(process.stdout), read(process.stderr)]).then(() => {
    ended = true;
    for (const check of waiting) check();
  });
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (pattern.test(text)) resolve();
        else if (ended) reject(new Error(`The stack ended without ${pattern}:\n${text}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  await printed(/Backline is running/);
  const info: StackInfo = JSON.parse((await runCli("status", "--json", "--data", dataDir)).text);
  return {
    ...info,
    process,
    exit,
    keysFile: join(dataDir, "keys.json"),
    output: () => text,
    printed,
    async stop() {
      process.kill("SIGTERM");
      return (await exit).code;
    },
    // For a test that failed half-way: nothing stays behind.
    async [Symbol.asyncDispose]() {
      if (!exited) process.kill("SIGTERM");
      await exit;
    },
  };
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

/** Runs tests against one stack: starts it before the first and stops it after the last. */
export function withStack(): () => TestStack {
  let stack: TestStack | undefined;
  let dataDir = "";
  Deno.test.beforeAll(async () => {
    dataDir = await Deno.makeTempDir({ prefix: "backline-stack-" });
    await Deno.chmod(dataDir, 0o755);
    stack = await startStack(dataDir);
  });
  Deno.test.afterAll(async () => {
    await stack?.stop();
    await Deno.remove(dataDir, { recursive: true });
  });
  return () => {
    if (!stack) throw new Error("The stack did not start.");
    return stack;
  };
}

function command(args: string[], env: Record<string, string> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "local/main.ts"), ...args],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
