import { MAX_IMPORT_BYTES } from "../../_shared/body.ts";
import type { Json } from "../../_shared/database.types.ts";
import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import type { SealingEnv } from "../../_shared/sealing.ts";
import { DataSource, DataSourceParams, UpdateDataSource } from "../schemas.ts";
import { checkSettings, sealed, writableSource } from "../settings.ts";

const route = operation({
  method: "put",
  path: "/data-sources/{dataSourceId}",
  operationId: "updateDataSource",
  summary: "Change a data source, its credentials or its schedule",
  rateClass: "write",
  permission: "data_sources.write",
  request: { params: DataSourceParams, body: jsonBody(UpdateDataSource) },
  data: DataSource,
  message: "Data source updated.",
  problems: [503],
  maxBodyBytes: MAX_IMPORT_BYTES,
});

/** PUT /data-sources/:dataSourceId */
export function registerUpdateDataSource(app: KitApp, env: SealingEnv): void {
  app.openapi(route, async (c) => {
    const { credentials, ...changes } = c.req.valid("json");
    const data_source_id = c.req.valid("param").dataSourceId;
    // An empty envelope forgets them, none leaves them.
    let envelope: Json = credentials === null ? {} : null;
    if (changes.config || credentials) {
      // What these may be hangs on the type, which is not the caller's to say.
      const source = await writableSource(c, data_source_id);
      checkSettings({ type: source.type, config: changes.config, credentials }, env);
      if (credentials) envelope = await sealed(credentials, source, env);
    }
    return reply(c, "update_data_source", {
      data_source_id,
      changes: toColumns(UpdateDataSource, changes),
      credentials: envelope,
    });
  });
}
