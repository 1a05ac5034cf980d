/**
 * All tests, with one command.
 *
 *     deno task test                      everything
 *     deno task test sql                  pgTAP; `sql kernel/invite` only files whose path contains it
 *     deno task test kit                  HTTP kit, scripts and local stack, without a database
 *     deno task test database             concurrency and property tests on Postgres
 *     deno task test e2e                  through the front door of a stack
 *     deno task test fuzz                 attacks and random requests on it; BACKLINE_FUZZ_RUNS=N for more
 *     deno task test crash                workers killed in the middle of jobs; BACKLINE_CRASH_RUNS=N for more
 * @module
 */

import { buildTemplate, type Cluster, startCluster, TEMPLATE } from "./test/cluster.ts";
import { runDeno } from "./test/deno.ts";
import { runPgtap } from "./test/pgtap.ts";
import { closingLine, report, type SuiteResult } from "./test/result.ts";
import { type SharedStack, shareStack } from "./test/stack.ts";

const SUITES = ["kit", "sql", "database", "e2e", "fuzz", "crash"] as const;
type Suite = typeof SUITES[number];

const UNIT_TESTS = [
  "supabase/functions/**/*.test.ts",
  "scripts/**/*.test.ts",
  "local/**/*.test.ts",
];

/** Runs one suite on the cluster or the stack that the suites share. */
async function runSuite(
  suite: Suite,
  filter: string,
  cluster: () => Promise<Cluster>,
  stack: () => Promise<SharedStack>,
  signal: AbortSignal,
): Promise<SuiteResult> {
  switch (suite) {
    case "kit":
      return await runDeno(suite, UNIT_TESTS, { filter, signal });
    case "sql":
      return await runPgtap({ url: (await cluster()).url, template: TEMPLATE }, filter);
    case "database": {
      const env = { BACKLINE_TEST_DB_URL: (await cluster()).url };
      return await runDeno(suite, ["tests/database/**/*.test.ts"], { filter, env, signal });
    }
    case "e2e":
    case "fuzz": {
      const { env, said } = await stack();
      const result = await runDeno(suite, [`tests/${suite}/**/*.test.ts`], { filter, env, signal });
      if (result.failures.length) console.log(`The stack of the failed tests said:\n${said()}`);
      return result;
    }
    case "crash": {
      // One of its own: what the workers of the tests do, no other may do in their place.
      await using own = await shareStack(signal, { worker: false });
      const { env } = own;
      const tell = /^crash: /;
      const result = await runDeno(suite, ["tests/crash/**/*.test.ts"], {
        filter,
        env,
        signal,
        tell,
      });
      if (result.failures.length) console.log(`The stack of the failed tests said:\n${own.said()}`);
      return result;
    }
  }
}

async function main(args: string[], signal: AbortSignal): Promise<number> {
  const [name, filter = ""] = args;
  const suites = SUITES.filter((suite) => name === undefined || suite === name);
  if (suites.length === 0) {
    console.error(`No suite is called ${name}; there are: ${SUITES.join(", ")}.`);
    return 2;
  }
  const results: SuiteResult[] = [];
  await using started = new AsyncDisposableStack();
  let shared: Promise<Cluster> | undefined;
  const cluster = () =>
    shared ??= startCluster().then(async (it) => {
      started.use(it);
      await buildTemplate(it.url);
      return it;
    });
  let frontDoor: Promise<SharedStack> | undefined;
  const stack = () => frontDoor ??= shareStack(signal).then((it) => started.use(it));

  for (const suite of suites) {
    const begun = performance.now();
    let result: SuiteResult;
    try {
      result = await runSuite(suite, filter, cluster, stack, signal);
    } catch (error) {
      if (signal.aborted) return 130;
      const message = error instanceof Error ? error.stack ?? error.message : String(error);
      result = { suite, passed: 0, skipped: 0, failures: [{ where: `suite ${suite}`, message }] };
    }
    if (signal.aborted) return 130;
    report(result, performance.now() - begun);
    results.push(result);
  }
  console.log(closingLine(results));
  const ran = results.some((result) => result.passed > 0);
  return ran && results.every((result) => result.failures.length === 0) ? 0 : 1;
}

if (import.meta.main) {
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => interrupt.abort());
  }
  const code = await main(Deno.args, interrupt.signal);
  Deno.exit(code);
}
