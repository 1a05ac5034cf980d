/**
 * Writes every generated file; with --check only says which are stale.
 *
 * The order matters: the reference rows are part of the migrations, and the types come from a database
 * that the migrations made.
 * @module
 */

import { buildMigrations } from "./db-build.ts";
import { accessOutputs } from "./gen-access.ts";
import { errorOutputs } from "./gen-errors.ts";
import { emit } from "./lib/outputs.ts";

const check = Deno.args.includes("--check");
let fresh = true;
const step = async (what: string, outputs: Parameters<typeof emit>[1]) => {
  if (!await emit(what, outputs, check)) fresh = false;
};

await step("access", await accessOutputs());
await step("supabase/migrations", await buildMigrations());
await step("docs/errors.md", await errorOutputs());

if (!fresh) Deno.exit(1);
