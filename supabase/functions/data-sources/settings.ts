import { settingFaults, urlFaults } from "../_shared/connectors/registry.ts";
import type { Json } from "../_shared/database.types.ts";
import { urlPolicyFromEnv } from "../_shared/net/urls.ts";
import type { KitContext } from "../_shared/operation.ts";
import { problem } from "../_shared/problem.ts";
import { type Owner, seal, type SealingEnv } from "../_shared/sealing.ts";
import { readUpstreamJson, rpc, type RpcArgs, type RpcName } from "../_shared/upstream.ts";

/** A data source that the caller may change, asked for before; counts as a call of its own. */
export async function writableSource(
  c: KitContext,
  data_source_id: string,
): Promise<Owner & { readonly type: string }> {
  const args = { data_source_id };
  return await ask(c, "authorize_data_source_write", args) as Owner & { type: string };
}

/** A data source that the caller may create, and what its id will be made of; counts likewise. */
export async function newSource(c: KitContext): Promise<Owner & { readonly id_seed: string }> {
  return await ask(c, "authorize_new_data_source", {}) as Owner & { id_seed: string };
}

async function ask<N extends RpcName>(c: KitContext, name: N, args: RpcArgs<N>): Promise<unknown> {
  return await readUpstreamJson(await rpc(c, name, args, "before"));
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
