/**
 * Benchmarks: what our way costs against the bare one, as ratios within one run.
 * @module
 */

import { readArguments } from "../../local/arguments.ts";
import { shareStack } from "../../scripts/test/stack.ts";
import { benchAnalytics } from "./analytics.ts";
import { type BenchDatabase, openDatabase, startServer } from "./_database.ts";
import { benchHttp, type StackEnv } from "./http.ts";
import { benchImport } from "./import.ts";
import { benchKernel } from "./kernel.ts";
import type { Result } from "./_measure.ts";
import { benchProcedures } from "./procedures.ts";
import { benchReads } from "./reads.ts";
import { benchRealtime } from "./realtime.ts";
import { machine, table, writeDocument } from "./_report.ts";
import { benchTasks } from "./tasks.ts";

const ROWS = 1_000_000;

/** The benchmarks on one database, in an order in which none spoils the next one's data. */
const SHARED: Record<string, (db: BenchDatabase) => Promise<Result[]>> = {
  reads: benchReads,
  procedures: benchProcedures,
  kernel: benchKernel,
};

/** The benchmarks on a started stack of their own. */
const ON_STACK: Record<string, (env: StackEnv, whole: boolean) => Promise<Result[]>> = {
  http: (env, whole) => benchHttp(env, whole ? 1000 : 200),
  realtime: (env) => benchRealtime(env),
};

/** The names that can be asked for. */
export const NAMES = [
  "import",
  "analytics",
  "tasks",
  ...Object.keys(SHARED),
  ...Object.keys(ON_STACK),
];

/** Runs the benchmarks that need no more than a server, and tells each one's results as they come. */
export async function runOnServer(
  serverUrl: string,
  rows: number,
  names: string[],
  tell: (results: Result[]) => void = () => {},
): Promise<Result[]> {
  const all: Result[] = [];
  const add = (results: Result[]) => {
    all.push(...results);
    tell(results);
  };
  if (names.includes("import")) add(await benchImport(serverUrl, Math.ceil(rows / 10)));
  if (names.includes("analytics")) add(await benchAnalytics(serverUrl, rows));
  if (names.includes("tasks")) add(await benchTasks(serverUrl, rows));
  const shared = Object.entries(SHARED).filter(([name]) => names.includes(name));
  if (shared.length > 0) {
    await using db = await openDatabase(serverUrl);
    await db.seed([1, 200], [1, rows]);
    for (const [, bench] of shared) add(await bench(db));
  }
  return all;
}

const USAGE = `What our way costs against the bare one, as ratios within one run:

  deno task bench                  all of them, with a million leads
  deno task bench import           one of ${NAMES.join(", ")}
  deno task bench --rows 10000     with fewer leads, at least 1000; the import takes a tenth of them
  deno task bench --write          puts the tables into docs/performance.md`;

async function main(signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(USAGE, {
    allowPositionals: true,
    options: { rows: { type: "string" }, write: { type: "boolean" } },
  });
  const rows = Number(values.rows ?? ROWS);
  const unknown = positionals.find((name) => !NAMES.includes(name));
  if (unknown !== undefined || !Number.isInteger(rows) || rows < 1000) {
    console.error(USAGE);
    return 2;
  }
  const names = positionals.length > 0 ? positionals : NAMES;
  await using server = await startServer();
  const tell = (results: Result[]) => console.log(table(results) + "\n");
  const results = await runOnServer(server.url, rows, names, tell);
  for (const [, bench] of Object.entries(ON_STACK).filter(([name]) => names.includes(name))) {
    await using stack = await shareStack(signal);
    const taken = await bench(stack.env, rows >= ROWS).catch((cause) => {
      throw new Error(`the stack said:\n${stack.said()}`, { cause });
    });
    tell(taken);
    results.push(...taken);
  }
  const on = await machine(server.url);
  console.log(on);
  if (values.write) await writeDocument(results, on, rows);
  return 0;
}

if (import.meta.main) {
  const interrupt = new AbortController();
  const aborted = new Promise<never>((_, reject) =>
    interrupt.signal.addEventListener("abort", () => reject(new Error("interrupted")))
  );
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => interrupt.abort());
  }
  Deno.exit(await Promise.race([main(interrupt.signal), aborted]));
}
