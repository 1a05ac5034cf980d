/** What a client asks for when it joins a channel. Whatever does not fit falls back to the default. */
import { isObject } from "./wire.ts";

/** A channel's settings. */
export interface JoinConfig {
  private: boolean;
  broadcast: {
    /** Answer a broadcast once it is sent. */
    ack: boolean;
    /** Send a broadcast back to its sender, too. */
    self: boolean;
    /** Say by a system message when broadcasts from the database arrive. */
    replicationReady: boolean;
    /** Stored messages to begin with; null when none are asked for. */
    replay: { since: unknown; limit: unknown } | null;
  };
  presence: { key: string; enabled: boolean };
  changes: ChangeBinding[];
  /** Answer the join only when the changes are subscribed to. */
  wait: boolean;
}

/** One `postgres_changes` binding as the client wrote it. */
export type ChangeBinding = Record<string, unknown>;

/** Reads the payload of `phx_join`. */
export function readJoin(payload: Record<string, unknown>): JoinConfig {
  const config = objectAt(payload, "config");
  const broadcast = objectAt(config, "broadcast"), presence = objectAt(config, "presence");
  const { postgres_changes: changes } = config;
  return {
    private: flag(config.private),
    broadcast: {
      ack: flag(broadcast.ack),
      self: flag(broadcast.self),
      replicationReady: flag(broadcast.replication_ready),
      replay: isObject(broadcast.replay)
        ? { since: broadcast.replay.since, limit: broadcast.replay.limit ?? 25 }
        : null,
    },
    presence: {
      key: typeof presence.key === "string" && presence.key || crypto.randomUUID(),
      enabled: flag(presence.enabled),
    },
    changes: Array.isArray(changes) ? changes.filter(isObject) : [],
    wait: flag(objectAt(config, "postgres_changes_options").wait),
  };
}

/** The token of a join; null when the client sent none or repeats its API key. */
export function tokenOf(payload: Record<string, unknown>): string | null {
  const token = payload.user_token ?? payload.access_token;
  return typeof token === "string" && token && !token.startsWith("sb_") ? token : null;
}

function objectAt(value: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = value[key];
  return isObject(found) ? found : {};
}

/** Booleans may come as strings. */
export function flag(value: unknown): boolean {
  return value === true || value === "true";
}
