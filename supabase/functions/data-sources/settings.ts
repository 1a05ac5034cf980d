import { settingFaults, urlFaults } from "../_shared/connectors/registry.ts";
import type { Database, Json } from "../_shared/database.types.ts";
import { urlPolicyFromEnv } from "../_shared/net/urls.ts";
import type { KitContext } from "../_shared/operation.ts";
import { problem } from "../_shared/problem.ts";
import { type Owner, seal, type SealingEnv } from "../_shared/sealing.ts";
import { readUpstreamJson, rpc } from "../_shared/upstream.ts";

/** A data source that the caller may write; of one that is to be created agency and id alone. */
export type WritableSource = Database["public"]["Tables"]["data_sources"]["Row"];

/** Asks for the data source before it is written; counts against the limits as a call of its own. */
export async function writableSource(
  c: KitContext,
  data_source_id: string | null,
): Promise<WritableSource> {
  const answer = await rpc(c, "authorize_data_source_write", { data_source_id }, "before");
  return await readUpstreamJson(answer) as WritableSource;
}

/** Credentials as the procedures take them: an envelope that opens for their owner alone. */
export async function sealed(
  credentials: object,
  owner: Owner,
  env: SealingEnv,
): Promise<{ [part: string]: Json }> {
  return { ...await seal(JSON.stringify(credentials), owner, env) };
}

/**
 * Refuses settings that the connector of the type could not work with, URLs that lead inside among
 * them.
 */
export function checkSettings(
  settings: Parameters<typeof settingFaults>[0],
  env: SealingEnv,
): void {
  const faults = [...settingFaults(settings), ...urlFaults(settings, urlPolicyFromEnv(env))];
  if (faults.length > 0) {
    throw problem("VALIDATION_FAILED", {
      sentence: "These settings do not fit the kind of data source. See details.",
      details: faults,
    });
  }
}
