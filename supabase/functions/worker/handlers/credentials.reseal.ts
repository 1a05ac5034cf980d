import { z } from "@hono/zod-openapi";
import { newestKeyId, reseal, type Sealed } from "../../_shared/sealing.ts";
import type { Handler } from "../handler.ts";

/** One of what `list_sealed_credentials` answers. */
interface Listed {
  agency_id: string;
  data_source_id: string;
  credentials: Sealed;
}

/** Before the deadline the last envelope is to be back. */
const MARGIN_MS = 5_000;

/**
 * Seals credentials of data sources anew that an older key has sealed. Afterwards the older keys can
 * leave `CREDENTIAL_KEYS`, unless the result names sources that could not be read.
 */
export const resealCredentials: Handler<Record<string, never>> = {
  kind: "credentials.reseal",
  payload: z.strictObject({}),
  leaseSeconds: 60,
  async run(_task, { rpc, env, deadline, signal, log }) {
    const newest_key_id = newestKeyId(env);
    const unreadable: string[] = [];
    let resealed = 0;
    let after: string | null = null;
    for (;;) {
      const listed: Listed[] = await rpc("list_sealed_credentials", { newest_key_id, after });
      if (listed.length === 0) return { done: { resealed, unreadable } };
      for (const { agency_id, data_source_id, credentials } of listed) {
        signal.throwIfAborted();
        // What is done is done: the next attempt finds only the rest.
        if (Date.now() > deadline - MARGIN_MS) return { snoozeSeconds: 1 };
        after = data_source_id;
        try {
          const envelope = await reseal(credentials, { agency_id, id: data_source_id }, env);
          const replaced_nonce = credentials.nonce;
          const args = { data_source_id, replaced_nonce, credentials: envelope };
          if (await rpc<boolean>("replace_data_source_credentials", args)) resealed++;
        } catch (error) {
          const isUnreadable = error instanceof Error && "code" in error &&
            error.code === "CREDENTIALS_UNREADABLE";
          if (!isUnreadable) throw error;
          unreadable.push(data_source_id);
          log("Credentials cannot be read, and stay under their key.", { data_source_id });
        }
      }
    }
  },
};
