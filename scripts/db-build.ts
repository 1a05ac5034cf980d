/**
 * Builds one migration per domain from supabase/schemas.
 *
 *     deno task db:build            write supabase/migrations
 *     deno task db:build --check    fail when they differ from the schemas
 * @module
 */

import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { emit, type Outputs, ROOT } from "./lib/outputs.ts";
import { type Domain, domains } from "./lib/schemas.ts";

/** Before 1.0 a domain's migration is rebuilt in place, so its version is its place in the order. */
const FIRST_VERSION = 20261121000100;

function header(domain: Domain): string {
  return `-- Domain ${domain.name}, built from supabase/schemas/${domain.name} by \`deno task db:build\`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 \`deno task db:reset\`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;
`;
}

/** The migrations that the schemas make, and `null` for files in the folder that they do not. */
export async function buildMigrations(): Promise<Outputs> {
  const outputs: Outputs = new Map();
  for (const file of globSync("supabase/migrations/*", { cwd: ROOT })) {
    outputs.set(join("supabase/migrations", basename(file)), null);
  }
  for (const [index, domain] of (await domains()).entries()) {
    const parts = [header(domain)];
    for (const file of domain.files) {
      const text = (await Deno.readTextFile(join(ROOT, file))).trim();
      parts.push(`-- ${file}\n\n${text}\n`);
    }
    const path = `supabase/migrations/${FIRST_VERSION + index * 100}_${domain.name}.sql`;
    outputs.set(path, parts.join("\n"));
  }
  return outputs;
}

if (import.meta.main) {
  const outputs = await buildMigrations();
  if (!await emit("supabase/migrations", outputs, Deno.args.includes("--check"))) Deno.exit(1);
}
