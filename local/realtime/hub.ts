/** Who is on which topic, and what is told there: broadcasts and presence. */
import type { Channel } from "./channel.ts";
import { type Broadcast, encode, encodeBroadcast, type Version } from "./wire.ts";

/** A presence entry: what was tracked, and a name for this state of it. */
type Meta = Record<string, unknown> & { phx_ref: string };
type Metas = Record<string, { metas: Meta[] }>;

/** The members of a topic. */
class Topic {
  readonly members = new Set<Channel>();
  /** By presence key: several channels may share one. */
  readonly present = new Map<string, Map<Channel, Meta>>();
}

/** All topics. A public and a private one of the same name have nothing to do with each other. */
export class Hub {
  readonly #topics = new Map<string, Topic>();

  /** Adds a channel to its topic. */
  enter(channel: Channel): void {
    let topic = this.#topics.get(channel.key);
    if (!topic) this.#topics.set(channel.key, topic = new Topic());
    topic.members.add(channel);
  }

  /** Takes a channel from its topic, and its presence with it. */
  leave(channel: Channel): void {
    this.untrack(channel);
    const topic = this.#topics.get(channel.key);
    topic?.members.delete(channel);
    if (topic?.members.size === 0) this.#topics.delete(channel.key);
  }

  /** Tells all members who may hear it, except one. */
  broadcast(key: string, message: Broadcast, except?: Channel): void {
    const encoded = new Map<Version, ReturnType<typeof encodeBroadcast>>();
    // A member may leave while it is told.
    for (const member of [...this.#topics.get(key)?.members ?? []]) {
      if (member === except || !member.hears(message)) continue;
      const { version } = member.connection;
      let frame = encoded.get(version);
      if (frame === undefined) {
        encoded.set(version, frame = encodeBroadcast(version, member.topic, message));
      }
      if (frame !== null) member.deliver(frame);
    }
  }

  /** Everybody who is present on the channel's topic. */
  presence(channel: Channel): Metas {
    const present = this.#topics.get(channel.key)?.present ?? new Map<string, Map<Channel, Meta>>();
    const entries = [...present].map(([key, metas]) => [key, { metas: [...metas.values()] }]);
    return Object.fromEntries(entries);
  }

  /** Makes a channel present, or changes what is known of it. */
  track(channel: Channel, state: Record<string, unknown>): void {
    const { key } = channel.config.presence;
    const present = this.#topics.get(channel.key)?.present;
    if (!present) return;
    const metas = present.get(key) ?? new Map<Channel, Meta>();
    const before = metas.get(channel);
    const meta: Meta = {
      ...state,
      phx_ref: crypto.randomUUID(),
      ...before && { phx_ref_prev: before.phx_ref },
    };
    present.set(key, metas.set(channel, meta));
    this.#tellDiff(channel, { [key]: { metas: [meta] } }, before && { [key]: { metas: [before] } });
  }

  /** Ends a channel's presence. */
  untrack(channel: Channel): void {
    const { key } = channel.config.presence;
    const present = this.#topics.get(channel.key)?.present;
    const metas = present?.get(key);
    const meta = metas?.get(channel);
    if (!present || !metas || !meta) return;
    metas.delete(channel);
    if (metas.size === 0) present.delete(key);
    this.#tellDiff(channel, {}, { [key]: { metas: [meta] } });
  }

  #tellDiff({ key, topic }: Channel, joins: Metas, leaves: Metas = {}): void {
    const payload = JSON.stringify({ joins, leaves });
    for (const member of [...this.#topics.get(key)?.members ?? []]) {
      if (!member.policies["read presence"]) continue;
      const frame = { topic, event: "presence_diff" };
      member.deliver(encode(member.connection.version, frame, payload));
    }
  }
}

/** Names a topic among all. */
export function topicKey(name: string, isPrivate: boolean): string {
  return `${isPrivate ? "private" : "public"}:${name}`;
}
