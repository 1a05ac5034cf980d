/**
 * The ordered list of schema files, read from the one place that states it: `schema_paths` of
 * supabase/config.toml.
 * @module
 */

import { globSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { ROOT } from "./outputs.ts";

const SUPABASE = join(ROOT, "supabase");

/** A domain's folder name and its schema files in the order in which they apply. */
export interface Domain {
  name: string;
  files: string[];
}

interface Config {
  db: { migrations: { schema_paths: string[] } };
}

/** All domains in the order of the configuration; file paths are relative to the repository. */
export async function domains(): Promise<Domain[]> {
  const config = parse(await Deno.readTextFile(join(SUPABASE, "config.toml"))) as unknown as Config;
  const byName = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const pattern of config.db.migrations.schema_paths) {
    const matches = globSync(pattern, { cwd: SUPABASE }).sort();
    // The CLI takes a pattern without a match for an error as well.
    if (matches.length === 0) throw new Error(`schema_paths: nothing matches ${pattern}`);
    for (const match of matches) {
      const file = join("supabase", match);
      const name = match.split("/")[1];
      if (!name || seen.has(file)) throw new Error(`schema_paths: ${file} is matched twice`);
      seen.add(file);
      byName.set(name, [...byName.get(name) ?? [], file]);
    }
  }
  const forgotten = globSync("schemas/**/*.sql", { cwd: SUPABASE })
    .map((file) => join("supabase", file))
    .filter((file) => !seen.has(file));
  if (forgotten.length) throw new Error(`schema_paths matches none of: ${forgotten.join(", ")}`);
  return [...byName].map(([name, files]) => ({ name, files }));
}
