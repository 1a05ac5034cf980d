import { settingFaults } from "../_shared/connectors/registry.ts";
import type { Json } from "../_shared/database.types.ts";
import { problem } from "../_shared/problem.ts";
import { seal, type SealingEnv } from "../_shared/sealing.ts";

/**
 * Credentials as the procedures take them: a sealed envelope in the place of an object, `{}` to forget
 * them in the place of null, null to leave them where nothing was said.
 */
export async function sealedCredentials(
  credentials: object | null | undefined,
  env: SealingEnv,
): Promise<Json> {
  if (credentials === undefined) return null;
  if (credentials === null) return {};
  return { ...await seal(JSON.stringify(credentials), env) };
}

/** Refuses settings that the connector of the type could not work with. */
export function checkSettings(settings: Parameters<typeof settingFaults>[0]): void {
  const faults = settingFaults(settings);
  if (faults.length > 0) {
    throw problem("VALIDATION_FAILED", {
      sentence: "These settings do not fit the kind of data source. See details.",
      details: faults,
    });
  }
}
