/**
 * Tests the tests: drops or loosens one policy, grant, constraint or guard of the schema at a time and
 * expects some pgTAP test to notice. All of them take a while; a sample is a part of CI.
 * @module
 */

import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { readArguments } from "../../local/arguments.ts";
import { ROOT } from "../lib/outputs.ts";
import { buildTemplate, startCluster, TEMPLATE } from "../test/cluster.ts";
import { connectOwner, withClone } from "../test/pgtap.ts";
import { askEach, askTests, type Verdict } from "./mutant.ts";
import { type Mutation, readMutations } from "./mutations.ts";
import { domainOf, likelyFirst } from "./order.ts";

const WORKERS = 2;

/** So that a loop which a guard would have ended ends as well. */
const PATIENCE = { statement_timeout: "5min" };

const USAGE = `Breaks the schema, a thing at a time, and expects a test to notice:

  deno task mutate                 every mutation
  deno task mutate --sample 12     as many at random; --seed with what it prints draws them again
  deno task mutate ^tasks: leads_  those whose name, which begins with the domain, matches one of these
  deno task mutate --list leads_   their names alone, also of a sample
  deno task mutate --near leads_   asks no tests but those that are about the broken thing's domain`;

const { values, positionals } = readArguments(USAGE, {
  options: {
    sample: { type: "string" },
    seed: { type: "string", default: crypto.randomUUID() },
    list: { type: "boolean" },
    near: { type: "boolean" },
  },
  allowPositionals: true,
});

const tests = await Promise.all(
  globSync("supabase/tests/**/*.test.sql", { cwd: ROOT }).sort().map(async (file) => ({
    file,
    text: await Deno.readTextFile(join(ROOT, file)),
  })),
);

const sources = await Promise.all(
  globSync("supabase/schemas/**/*.sql", { cwd: ROOT }).map(async (file) => ({
    domain: file.split("/")[2] ?? "",
    text: await Deno.readTextFile(join(ROOT, file)),
  })),
);

// What runs comes to its end, and the server is taken down.
const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(name, () => interrupt.abort());
}

await using cluster = await startCluster();
await buildTemplate(cluster.url);
const server = { url: cluster.url, template: TEMPLATE };

const all = await withClone(server, "mutations", async (url) => {
  const sql = postgres(url, { max: 1, connection: { search_path: "" } });
  const mutations = (await readMutations(sql)).map((mutation) => ({
    ...mutation,
    name: `${domainOf(mutation.about, sources)}: ${mutation.name}`,
  }));
  await sql.end();
  return mutations.filter(({ name }) =>
    positionals.length === 0 || positionals.some((pattern) => new RegExp(pattern).test(name))
  );
});

/** Where a mutation stands in the order that the seed gives. */
const lot = ({ name }: Mutation) =>
  createHash("sha256").update(`${values.seed} ${name}`).digest("hex");
const chosen = values.sample
  ? all.toSorted((a, b) => lot(a) < lot(b) ? -1 : 1).slice(0, Number(values.sample))
  : all;
if (values.sample) console.log(`--seed ${values.seed} draws these again`);
if (values.list) {
  for (const { name } of chosen) console.log(name);
}

/** The tests that have been seen to pass where nothing is broken. */
const sound = new Set<string>();
async function ask(db: postgres.Sql, mutation: Mutation): Promise<Verdict> {
  const order = likelyFirst(mutation, tests, sources, values.near);
  const verdict = await askTests(db, mutation.statement, order);
  // Where a part of the matrix has noticed, all of it.
  const test = tests.find(({ file }) => verdict.noticedBy?.startsWith(file));
  if (!test || sound.has(test.file)) return verdict;
  const { noticedBy, ...unchanged } = await askTests(db, "select", [test]);
  if (noticedBy) return { fault: `${noticedBy} fails without any mutation as well` };
  if (unchanged.fault) return unchanged;
  sound.add(test.file);
  return verdict;
}

let passed = 0;
const failed: string[] = [];
function tell({ name }: Mutation, { noticedBy, fault }: Verdict): void {
  if (noticedBy) {
    passed++;
    console.log(`noticed   ${name}   by ${noticedBy}`);
  } else {
    failed.push(fault ? `NOT RUN   ${name}: ${fault}` : `SURVIVED  ${name}`);
    console.log(failed.at(-1));
  }
}

const queue = values.list ? [] : [...chosen];
const worker = (_: unknown, number: number) =>
  withClone(server, `mutants_${number}`, async (url) => {
    const db = connectOwner(url, PATIENCE);
    await askEach(queue, (mutation) => ask(db, mutation), tell, interrupt.signal);
    await db.end({ timeout: 5 });
  });
await Promise.all(Array.from({ length: Math.min(WORKERS, queue.length) }, worker));

if (failed.length) console.log(`\nNoticed by no test, or not run:\n${failed.join("\n")}\n`);
console.log(`${passed} passed, ${failed.length} failed`);
Deno.exitCode = interrupt.signal.aborted ? 130 : failed.length ? 1 : 0;
