/**
 * Shows what Backline does, on a running stack or one of its own.
 * @module
 */

import { join } from "node:path";
import { readArguments } from "../../local/arguments.ts";
import { StackError } from "../../local/postgres.ts";
import { runningState } from "../../local/state.ts";
import { ROOT } from "../lib/outputs.ts";
import { CallError, type Place } from "./client.ts";
import { runDemo } from "./demo.ts";
import { listOf, madeUpLists } from "./lists.ts";
import { plain, terminal } from "./screen.ts";

const USAGE = `Shows what Backline does, on a running stack or one of its own:

  deno task demo                  made-up lists
  deno task demo leads.csv        a list of yours
  deno task demo --rows 30000     more made-up rows; --seed N makes others
  deno task demo --data DIR       the stack of that folder; --port N where one is started`;

const { positionals: [file], values } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "12000" },
    seed: { type: "string", default: "1" },
    data: { type: "string", default: join(ROOT, ".backline") },
    port: { type: "string", default: "54321" },
  },
});

/** The stack that runs on the folder, or one that is started on it and stopped with the demo. */
async function stack(): Promise<Place & { ours: boolean; stop(): Promise<void> }> {
  const running = await runningState(values.data);
  if (running) return { ...running, ours: false, stop: () => Promise.resolve() };
  console.log("No stack is running: starting one.");
  // Set before lite is imported, which reads it then.
  Deno.env.set("LITE_TELEMETRY", "0");
  const { startStack } = await import("../../local/stack.ts");
  const { apiUrl, publishableKey, stop } = await startStack({
    dataDir: values.data,
    supabaseDir: join(ROOT, "supabase"),
    port: Number(values.port),
    report: (message) => console.log(`  ${message}`),
  });
  return { apiUrl, publishableKey, stop, ours: true };
}

/** A number of the command line. */
function count(name: "rows" | "seed"): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new StackError(`--${name} takes a whole number from 1 on, not "${values[name]}".`);
}

/** Ctrl-C stops the stack that was started before the process ends. */
const interrupted = new Promise<null>((resolve) => {
  Deno.addSignalListener("SIGINT", () => resolve(null));
});
const isTerminal = Deno.stdout.isTerminal();
let failed = false;
try {
  const lists = file ? [await listOf(file)] : madeUpLists(count("rows"), count("seed"));
  const place = await stack();
  try {
    const demo = runDemo(place, lists, isTerminal ? terminal() : plain());
    const result = await Promise.race([demo, interrupted]);
    failed = !result?.imports.every(({ job }) => job.status === "completed");
    if (result && place.ours && isTerminal) {
      console.log("\nThe stack stays up to be looked at. Ctrl-C stops it; the data stays.");
      await interrupted;
    }
  } finally {
    await place.stop();
  }
} catch (error) {
  const { NotFound, IsADirectory } = Deno.errors;
  const known = [CallError, StackError, NotFound, IsADirectory].some((it) => error instanceof it);
  console.error(known && error instanceof Error ? error.message : error);
  failed = true;
}
Deno.exit(failed ? 1 : 0);
