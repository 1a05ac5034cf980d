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
import { runFile, withClone, withDatabase } from "../test/pgtap.ts";
import { type Mutation, readMutations } from "./mutations.ts";

const WORKERS = 2;

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

const files = await Promise.all(
  globSync("supabase/tests/**/*.test.sql", { cwd: ROOT }).sort().map(async (file) => ({
    file,
    text: await Deno.readTextFile(join(ROOT, file)),
  })),
);

const schemas = await Promise.all(
  globSync("supabase/schemas/**/*.sql", { cwd: ROOT }).map(async (file) => ({
    domain: file.split("/")[2] ?? "",
    text: await Deno.readTextFile(join(ROOT, file)),
  })),
);

/** Tables of the services, by the domains that write policies and triggers for them. */
const OF_SERVICES: Record<string, string> = {
  messages: "realtime",
  objects: "sources",
  users: "kernel",
};

/** The domain that makes the table, view or function. */
function domainOf(name: string): string {
  if (name in OF_SERVICES) return OF_SERVICES[name] ?? "";
  const made = new RegExp(
    `^create (?:or replace )?(?:(?:unlogged )?table|view|function) \\w+\\.${name}\\b`,
    "m",
  );
  return schemas.find(({ text }) => made.test(text))?.domain ?? "other";
}

/** Files in the order in which they are likely to notice. */
function likelyFirst({ about, name }: Mutation): string[] {
  // The matrix tries everybody at everything, which takes a while: it notices whom that lets in.
  const matrix = /: (alter|grant|revoke)|without .*(require|authorize)/.test(name) ? -7 : 1;
  const domain = `tests/${domainOf(about)}/`;
  const rank = ({ file, text }: { file: string; text: string }) =>
    (text.includes(about) ? 0 : 4) + (file.includes(about) ? 0 : 2) +
    (file.includes(domain) ? 0 : 3) +
    (file.includes("access_matrix") ? matrix : file.includes("_surface") ? -1 : 0);
  const near = files.filter(({ file, text }) =>
    !values.near || text.includes(about) || file.includes(domain) || file.includes("_surface")
  );
  return near.toSorted((a, b) => rank(a) - rank(b)).map(({ file }) => file);
}

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
    name: `${domainOf(mutation.about)}: ${mutation.name}`,
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
await withClone(server, "unchanged", async (url) => {
  for (const { file } of values.list ? [] : files) {
    if (interrupt.signal.aborted) return;
    const { failures } = await runFile(url, file);
    if (failures.length > 0) throw new Error(`${file} fails without any mutation: ${failures[0]}`);
  }
});

const survivors: Mutation[] = [];
const queue = values.list ? [] : [...chosen];
const size = queue.length;
const next = () => interrupt.signal.aborted ? undefined : queue.shift();
async function worker(number: number): Promise<void> {
  for (let mutation = next(); mutation; mutation = next()) {
    const { statement, name } = mutation;
    const noticedBy = await withClone(server, `mutant_${number}`, async (url) => {
      const owner = postgres(withDatabase(url, `mutant_${number}`, "postgres"), {
        max: 1,
        onnotice: () => {},
      });
      await owner.unsafe(statement);
      await owner.end();
      for (const file of likelyFirst(mutation)) {
        if ((await runFile(url, file)).failures.length > 0) return file;
      }
      return null;
    });
    if (!noticedBy) survivors.push(mutation);
    console.log(noticedBy ? `noticed   ${name}   by ${noticedBy}` : `SURVIVED  ${name}`);
  }
}
await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));

console.log(`${size - queue.length - survivors.length} passed, ${survivors.length} failed`);
Deno.exitCode = interrupt.signal.aborted ? 130 : survivors.length ? 1 : 0;
