/**
 * Local stacks in processes of their own, for tests and benchmarks.
 * @module
 */

import { join } from "node:path";
import type { StackInfo } from "../../local/state.ts";
import { ROOT } from "../lib/outputs.ts";

/** How a stack is started. */
export interface StackOptions {
  /** What `start` gets beside the folder. */
  args?: string[];
  env?: Record<string, string>;
  /** Ends it, also while it starts. */
  signal?: AbortSignal;
  /** Whether Ctrl-C in the terminal leaves it alone. */
  detached?: boolean;
}

/** A running stack; disposing it stops it. */
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

/** A folder that the server of Postgres can reach, too, and that goes at the end of the scope. */
export async function tempDir(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "backline-stack-" });
  await Deno.chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Runs `local/main.ts` to its end. */
export async function runCli(...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await command(args).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Runs `local/main.ts start`, on a free port unless `args` say otherwise, and waits for its welcome. */
export async function startStack(dataDir: string, options: StackOptions = {}): Promise<TestStack> {
  const { args = ["--port", "0"], ...rest } = options;
  const process = command(["start", "--data", dataDir, ...args], rest).spawn();
  let text = "", ended = false, exited = false;
  const exit = process.status.finally(() => exited = true);
  const waiting = new Set<() => void>();
  // Read all along: a full pipe would stop the stack.
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
    // Also for a test that failed half-way: nothing stays behind.
    async [Symbol.asyncDispose]() {
      if (!exited) process.kill("SIGTERM");
      await exit;
    },
  };
}

function command(args: string[], options: Omit<StackOptions, "args"> = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "local/main.ts"), ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
  });
}

/** A stack that many tests share. */
export interface SharedStack extends AsyncDisposable {
  /** What its tests read from the environment. */
  env: Record<string, string>;
  /** The last lines it printed: where a failed request says why. */
  said(): string;
}

const LINES_KEPT = 30;

const START_LIMIT_MS = 90_000;

/**
 * Starts a stack of the project in a new folder, which goes with it. Without `worker` it runs no
 * background tasks: tests bring workers of their own.
 */
export async function shareStack(
  signal: AbortSignal,
  { worker = true }: { worker?: boolean } = {},
): Promise<SharedStack> {
  await using cleanup = new AsyncDisposableStack();
  const data = join(cleanup.use(await tempDir()).path, "state"), patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), START_LIMIT_MS);
  const stack = await startStack(data, {
    args: ["--port", "0", ...worker ? [] : ["--no-worker"]],
    signal: AbortSignal.any([signal, patience.signal]),
    detached: true, // Ctrl-C is for the runner, which stops the stack once the tests have ended.
  }).finally(() => clearTimeout(timer));
  cleanup.use(stack);
  // No status tells it: a person has no use for it, a test of forged and expired tokens has.
  const { jwtSecret } = JSON.parse(await Deno.readTextFile(stack.keysFile));
  const disposal = cleanup.move();
  return {
    env: {
      BACKLINE_URL: stack.apiUrl,
      BACKLINE_PUBLISHABLE_KEY: stack.publishableKey,
      BACKLINE_SECRET_KEY: stack.secretKey,
      BACKLINE_DB_URL: stack.dbUrl,
      BACKLINE_MAIL_URL: stack.mailUrl,
      BACKLINE_JWT_SECRET: jwtSecret,
      BACKLINE_DATA: data,
    },
    said: () => stack.output().trimEnd().split("\n").slice(-LINES_KEPT).join("\n"),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
}
