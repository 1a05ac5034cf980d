import { MAX_IMPORT_BYTES } from "../../_shared/body.ts";
import { toColumns } from "../../_shared/mapping.ts";
import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply } from "../../_shared/reply.ts";
import type { SealingEnv } from "../../_shared/sealing.ts";
import { checkSettings, sealedCredentials } from "../credentials.ts";
import { CreateDataSource, DataSource } from "../schemas.ts";

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
      checkSettings({ type, config: attributes.config, credentials });
      return reply(c, "create_data_source", {
        type,
        name,
        attributes: toColumns(CreateDataSource, attributes),
        credentials: await sealedCredentials(credentials, env),
      });
    });
  }
}
