import { MAX_IMPORT_BYTES } from "../../_shared/body.ts";
import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import type { SealingEnv } from "../../_shared/sealing.ts";
import { CreateDataSource, DataSource } from "../schemas.ts";
import { checkSettings, newSource, sealed } from "../settings.ts";

const route = (path: string, operationId: string) =>
  operation({
    method: "post",
    path,
    operationId,
    summary: "Connect a data source",
    rateClass: "write",
    permission: "data_sources.write",
    request: { body: jsonBody(CreateDataSource) },
    data: DataSource,
    status: 201,
    message: "Data source connected.",
    problems: [503],
    maxBodyBytes: MAX_IMPORT_BYTES,
  });

/** POST /data-sources, also as /data-sources/create */
export function registerCreateDataSource(app: KitApp, env: SealingEnv): void {
  for (
    const declared of [
      route("/data-sources", "createDataSource"),
      route("/data-sources/create", "createDataSourceAlias"),
    ]
  ) {
    app.openapi(declared, async (c) => {
      const { type, name, credentials, ...attributes } = c.req.valid("json");
      checkSettings({ type, config: attributes.config, credentials }, env);
      const source = { type, name, attributes: toColumns(CreateDataSource, attributes) };
      if (!credentials) return reply(c, "create_data_source", source);
      // They are sealed for one source alone, which has to have its id before.
      const owner = await newSource(c);
      return reply(c, "create_data_source", {
        ...source,
        credentials: await sealed(credentials, owner, env),
        agency_id: owner.agency_id,
        id_seed: owner.id_seed,
      });
    });
  }
}
