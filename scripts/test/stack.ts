/**
 * A local stack of its own for the end-to-end tests.
 * @module
 */

import { join } from "node:path";
import { freePort } from "../../local/postgres.ts";
import { ROOT } from "../lib/outputs.ts";

/** A running stack. */
export interface Stack extends AsyncDisposable {
  /** What its tests read from the environment. */
  env: Record<string, string>;
  /** The last lines it printed: where a failed request says why. */
  said(): string;
}

const LINES_KEPT = 30;

const START_LIMIT_MS = 90_000;

function run(args: string[], output: "piped" | "null" = "piped") {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "local/main.ts", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: output,
    stderr: output,
    detached: true, // Ctrl-C is for the runner, which stops the stack once the tests have ended.
  });
}

interface Status {
  apiUrl: string;
  dbUrl: string;
  publishableKey: string;
  secretKey: string;
  mailUrl: string;
}

async function status(data: string): Promise<Status> {
  const { stdout } = await run(["status", "--data", data, "--json"]).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** How a stack is started. */
export interface StackOptions {
  /** Whether it runs background tasks; without, tests bring workers of their own. */
  worker?: boolean;
}

/** Starts a stack on a free port with a data folder of its own; disposing it stops it and removes both. */
export async function startStack(
  signal: AbortSignal,
  { worker = true }: StackOptions = {},
): Promise<Stack> {
  const folder = await Deno.makeTempDir({ prefix: "backline-e2e-" });
  await Deno.chmod(folder, 0o755);
  const data = join(folder, "data");
  const port = freePort();
  const args = ["start", "--port", String(port), "--data", data];
  const child = run(worker ? args : [...args, "--no-worker"]).spawn();
  // Read all along: a full pipe would stop the stack.
  let text = "";
  const output = [child.stdout, child.stderr].map(async (stream) => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) text += chunk;
  });
  const said = () => text.trimEnd().split("\n").slice(-LINES_KEPT).join("\n");
  let ended = false;
  const exit = child.status.finally(() => ended = true);

  const dispose = async () => {
    try {
      if (!ended) child.kill("SIGTERM");
    } catch (error) {
      // It ended by itself, which we are about to hear.
      if (!(error instanceof TypeError)) throw error;
    }
    await exit;
    await Promise.all(output);
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const deadline = Date.now() + START_LIMIT_MS;
    const live = `http://127.0.0.1:${port}/functions/v1/health/live`;
    while (!await answers(live, signal)) {
      signal.throwIfAborted();
      if (ended) throw new Error(`the stack ended early:\n${said()}`);
      if (Date.now() > deadline) throw new Error(`the stack does not answer:\n${said()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { apiUrl, publishableKey, secretKey, dbUrl, mailUrl } = await status(data);
    // No status tells it: a person has no use for it, a test of forged and expired tokens has.
    const { jwtSecret } = JSON.parse(await Deno.readTextFile(join(data, "keys.json")));
    return {
      env: {
        BACKLINE_URL: apiUrl,
        BACKLINE_PUBLISHABLE_KEY: publishableKey,
        BACKLINE_SECRET_KEY: secretKey,
        BACKLINE_DB_URL: dbUrl,
        BACKLINE_MAIL_URL: mailUrl,
        BACKLINE_JWT_SECRET: jwtSecret,
        BACKLINE_DATA: data,
      },
      said,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
