/**
 * Writes every generated file; with --check only says which are stale.
 *
 * The order matters: the reference rows are part of the migrations, and the types come from a database
 * that the migrations made.
 * @module
 */

import { buildMigrations } from "./db-build.ts";
import { accessOutputs } from "./gen-access.ts";
import { apiOutputs } from "./gen-api.ts";
import { errorOutputs } from "./gen-errors.ts";
import { typeOutputs } from "./gen-types.ts";
import { emit, type Outputs } from "./lib/outputs.ts";

const GENERATORS: [what: string, outputs: () => Promise<Outputs>][] = [
  ["access", accessOutputs],
  ["supabase/migrations", buildMigrations],
  ["docs/errors.md", errorOutputs],
  ["the database types", typeOutputs],
  ["the API documents", apiOutputs],
];

const check = Deno.args.includes("--check");
let fresh = true;
for (const [what, outputs] of GENERATORS) {
  if (!await emit(what, await outputs(), check)) fresh = false;
}
if (!fresh) Deno.exit(1);
