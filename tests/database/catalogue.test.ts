import { deepStrictEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { catalogue, difference } from "../../scripts/lib/catalogue.ts";
import { ROOT } from "../../scripts/lib/outputs.ts";
import { domains } from "../../scripts/lib/schemas.ts";
import { createDatabase, migrate } from "../../scripts/test/cluster.ts";
import { serverUrl } from "./_support.ts";

/** Applies the schema files one by one as the owner, as `schema_paths` lists them. */
async function applySchemas(sql: postgres.Sql): Promise<void> {
  for (const { files } of await domains()) {
    for (const file of files) {
      const text = await Deno.readTextFile(join(ROOT, file));
      await sql.begin(async (tx) => {
        await tx.unsafe(`set local role postgres; set local check_function_bodies = off;
          set local search_path = "$user", public, extensions`);
        await tx.unsafe(text);
      });
    }
  }
}

async function build(name: string, fill: (sql: postgres.Sql) => Promise<void>): Promise<string[]> {
  let lines: string[] = [];
  await createDatabase(serverUrl(), name, async (sql) => {
    await fill(sql);
    lines = await catalogue(sql);
  });
  const admin = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database ${name} with (force)`);
  await admin.end();
  return lines;
}

Deno.test("schemas and migrations build the same catalogue", async () => {
  const fromSchemas = await build("catalogue_schemas", applySchemas);
  const fromMigrations = await build("catalogue_migrations", migrate);
  ok(fromSchemas.length > 100, "the dump sees the project's objects");
  deepStrictEqual(difference(fromSchemas, fromMigrations), { left: [], right: [] });
});
