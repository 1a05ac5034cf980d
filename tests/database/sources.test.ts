import { deepStrictEqual, ok } from "node:assert/strict";
import { SOURCE_TYPES } from "../../supabase/functions/_shared/connectors/connector.ts";
import { mappingShape } from "../../supabase/functions/_shared/connectors/mapping.ts";
import { connectorOf } from "../../supabase/functions/_shared/connectors/registry.ts";
import { withDatabase } from "./_support.ts";

Deno.test("the database lets configs and params have the keys that connectors read", async () => {
  await withDatabase(async (db) => {
    for (const type of SOURCE_TYPES) {
      const connector = connectorOf(type);
      ok(connector, type);
      const [row] = await db.owner<{ config: string[]; params: string[] }[]>`
        select private.source_settings(${type}) as config,
               private.source_settings(${type}, true) as params`;
      const shape = Object.keys(Object(Reflect.get(connector.configSchema, "shape")));
      deepStrictEqual(row!.config.sort(), shape.sort(), type);
      const params = [...connector.jobParams, ...Object.keys(mappingShape)];
      deepStrictEqual(row!.params.sort(), params.sort(), type);
    }
  });
});
