/** One joined channel: what its client may do there, and what it is told. */
import type { Connection } from "./connection.ts";
import { BindingError } from "./filters.ts";
import { topicKey } from "./hub.ts";
import { expired, type Identity, identityOfToken, Refusal } from "./identity.ts";
import { type JoinConfig, readJoin, tokenOf } from "./join.ts";
import { type Broadcast, type Frame, isObject } from "./wire.ts";

/** What policies on realtime.messages are asked about. */
const EXTENSIONS = ["broadcast", "presence"] as const;

type Extension = typeof EXTENSIONS[number];

/** What row level security says of a channel, as far as it was asked. */
export type Policies = Partial<Record<`${"read" | "write"} ${Extension}`, boolean>>;

/** Nobody judges what is done on a public channel. */
const EVERYTHING: Policies = {
  "read broadcast": true,
  "write broadcast": true,
  "read presence": true,
  "write presence": true,
};

/** The longest delay a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A channel of a connection, from its join to its end. */
export class Channel {
  /** As the client names it: `realtime:<name>`. */
  readonly topic: string;
  readonly name: string;
  /** The topic among all: public and private ones are kept apart. */
  readonly key: string;
  readonly config: JoinConfig;
  policies: Policies;
  #joinRef: string | null;
  #token: string | null;
  #identity: Identity;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  #replayed = new Set<string>();
  /** Subscriptions to changes by the number the client knows them by. */
  #subscriptions: number[] = [];
  #tracked = "";
  #isOpen = true;

  constructor(readonly connection: Connection, { topic, joinRef, payload }: Frame) {
    this.topic = topic;
    this.name = topic.slice("realtime:".length);
    this.config = readJoin(payload);
    this.key = topicKey(this.name, this.config.private);
    this.policies = this.config.private ? {} : EVERYTHING;
    this.#joinRef = joinRef;
    this.#token = tokenOf(payload);
    this.#identity = connection.identity;
  }

  /** Enters the channel and answers the join; throws {@link Refusal}. */
  async join(ref: string | null): Promise<void> {
    const { config, connection } = this, { server } = connection;
    const { changes, broadcast, presence } = config;
    if (!this.name) throw new Refusal("TopicNameRequired", "You must provide a topic name");
    if (this.#token) this.#identity = await identityOfToken(server.keys, this.#token);
    if (config.private) await this.#askToRead();
    const replayed = broadcast.replay ? await this.#stored(broadcast.replay) : [];
    this.#replayed = new Set(replayed.map(({ meta }) => meta!.id));
    this.#subscriptions = changes.map(() => server.nextId());
    if (config.wait) {
      await this.#subscribe().catch((error) => {
        if (!(error instanceof BindingError)) throw error;
        throw new Refusal("RealtimeDisabledForConfiguration", error.message);
      });
    }
    if (!this.#isOpen) return this.#forget();
    server.hub.enter(this);
    this.#watchExpiry();
    const bindings = changes.map((binding, at) => ({ ...binding, id: this.#subscriptions[at] }));
    this.reply(ref, "ok", { postgres_changes: bindings });
    if (presence.enabled && this.policies["read presence"]) {
      this.#push("presence_state", server.hub.presence(this));
    }
    for (const message of replayed) connection.tell(this.topic, message);
    if (broadcast.replicationReady) {
      this.#system("system", "ok", "Replication connection established");
    }
    if (!config.wait) await this.subscribe();
    else if (changes.length > 0) this.#system("postgres_changes", "ok", "Subscribed to PostgreSQL");
  }

  /** Answers anything but a join or a leave. */
  async handle(frame: Frame): Promise<void> {
    if (!this.#isOpen) return;
    if (frame.broadcast) await this.#broadcast(frame.broadcast, frame.ref);
    else if (frame.event === "presence") await this.#presence(frame.payload, frame.ref);
    else if (frame.event === "access_token") await this.#refresh(tokenOf(frame.payload));
  }

  /** Subscribes to the changes asked for, again if need be, and says how it went. */
  async subscribe(): Promise<void> {
    if (this.config.changes.length === 0) return;
    try {
      await this.#subscribe();
      this.#system("postgres_changes", "ok", "Subscribed to PostgreSQL");
    } catch (error) {
      if (!(error instanceof BindingError)) throw error;
      this.#system("postgres_changes", "error", error.message);
    }
  }

  /** Whether a broadcast is for this channel's client. */
  hears({ meta }: Broadcast): boolean {
    return this.policies["read broadcast"] === true && !(meta && this.#replayed.has(meta.id));
  }

  /** Sends a ready frame to the client; ends the channel when there are too many. */
  deliver(frame: string | Uint8Array<ArrayBuffer>): void {
    this.connection.send(frame);
    if (!this.connection.server.messages.take()) this.#shutDown("Too many messages per second");
  }

  /** Answers a frame. */
  reply(ref: string | null, status: "ok" | "error", response: Record<string, unknown> = {}): void {
    this.#push("phx_reply", { status, response }, ref);
  }

  /** Leaves the topic; `phx_close` tells the client. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#expiry);
    this.connection.server.hub.leave(this);
    this.#forget();
    this.connection.channels.delete(this.topic);
    this.#push("phx_close", {}, this.#joinRef);
  }

  /** Asks the policies anew whether the channel may be read at all. */
  async #askToRead(): Promise<void> {
    this.policies = {};
    await this.#ask("read", this.config.presence.enabled ? EXTENSIONS : ["broadcast"]);
    if (!EXTENSIONS.some((extension) => this.policies[`read ${extension}`])) {
      throw this.#unreadable("do not have permissions");
    }
  }

  async #ask(action: "read" | "write", extensions: readonly Extension[]): Promise<void> {
    const { server: { database }, headers } = this.connection;
    const { claims } = this.#identity;
    const allowed = await database.allowed(action, this.name, extensions, claims, headers);
    for (const extension of extensions) {
      this.policies[`${action} ${extension}`] = allowed.includes(extension);
    }
  }

  #unreadable(why: string): Refusal {
    return new Refusal("Unauthorized", `You ${why} to read from this Channel topic: ${this.name}`);
  }

  async #stored(replay: { since: unknown; limit: unknown }): Promise<Broadcast[]> {
    const fail = (message: string) => new Refusal("UnableToReplayMessages", message);
    if (!this.config.private) throw fail("Replay is not allowed for public channels");
    const { since, limit } = replay;
    if (!Number.isSafeInteger(since) || !Number.isSafeInteger(limit)) {
      throw fail("Replay params are not valid");
    }
    if (!this.policies["read broadcast"]) throw this.#unreadable("do not have permissions");
    const count = Math.max(1, Math.min(Number(limit), 25));
    return await this.connection.server.database.stored(this.name, Number(since), count);
  }

  async #subscribe(): Promise<void> {
    const { server } = this.connection;
    const bindings = this.config.changes.map((binding, at) => ({
      id: this.#subscriptions[at]!,
      binding,
    }));
    for (const { id } of bindings) server.subscribers.set(id, this);
    await server.database.subscribe(bindings, this.#identity.claims);
    if (!this.#isOpen) this.#forget();
  }

  #forget(): void {
    const { subscribers, database } = this.connection.server;
    if (this.#subscriptions.length === 0) return;
    for (const id of this.#subscriptions) subscribers.delete(id);
    database.unsubscribe(this.#subscriptions);
  }

  async #broadcast(message: Broadcast, ref: string | null): Promise<void> {
    const { config, connection: { server } } = this;
    if (this.policies["write broadcast"] === undefined) await this.#ask("write", EXTENSIONS);
    // Without a word: a forger learns nothing.
    if (!this.policies["write broadcast"] || !this.#isOpen) return;
    if (!server.messages.take()) return this.#shutDown("Too many messages per second");
    const fits = message.body.length <= server.limits.payload;
    if (fits) server.hub.broadcast(this.key, message, config.broadcast.self ? undefined : this);
    if (config.broadcast.ack) this.reply(ref, fits ? "ok" : "error");
  }

  async #presence(payload: Record<string, unknown>, ref: string | null): Promise<void> {
    const { hub, limits, presences } = this.connection.server;
    const event = String(payload.event).toLowerCase(), state = payload.payload ?? {};
    if (event === "untrack") {
      hub.untrack(this);
      this.#tracked = "";
      return this.reply(ref, "ok");
    }
    if (event !== "track") return this.reply(ref, "error");
    if (this.policies["write presence"] === undefined) {
      if (this.policies["read presence"] === undefined) await this.#ask("read", ["presence"]);
      await this.#ask("write", EXTENSIONS);
    }
    if (!this.policies["write presence"]) return this.reply(ref, "error");
    if (!isObject(state)) {
      return this.reply(ref, "error", { reason: "Presence track payload must be a map" });
    }
    const text = JSON.stringify(state);
    if (text.length > limits.payload) return this.#shutDown("Track message size exceeded");
    if (!presences.take()) return this.#shutDown("Too many presence messages per second");
    if (text !== this.#tracked && this.#isOpen) {
      this.#tracked = text;
      hub.track(this, state);
    }
    this.reply(ref, "ok");
  }

  /** Goes on with a new token, unless that may do less. */
  async #refresh(token: string | null): Promise<void> {
    if (!token || token === this.#token) return;
    const before = this.policies;
    try {
      this.#identity = await identityOfToken(this.connection.server.keys, token);
      this.#token = token;
      if (this.config.private) {
        await this.#askToRead();
        const lost = (name: Extension) =>
          before[`read ${name}`] && this.policies[`read ${name}`] === false;
        if (EXTENSIONS.some(lost)) throw this.#unreadable("no longer have permission");
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.#shutDown(error.message);
    }
    this.#watchExpiry();
    await this.subscribe();
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const { expiresAt } = this.#identity;
    if (expiresAt === null || !this.#isOpen) return;
    const delay = Math.min(Math.max(0, expiresAt * 1000 - Date.now()), LONGEST_TIMER_MS);
    this.#expiry = setTimeout(() => {
      if (Date.now() >= expiresAt * 1000) this.#shutDown(expired(expiresAt).message);
      else this.#watchExpiry();
    }, delay);
  }

  #shutDown(message: string): void {
    if (!this.#isOpen) return;
    this.#system("system", "error", message);
    this.close();
  }

  #system(extension: string, status: "ok" | "error", message: string): void {
    if (this.#isOpen) this.#push("system", { extension, status, message, channel: this.name });
  }

  #push(event: string, payload: unknown, ref: string | null = null): void {
    this.connection.push({ joinRef: this.#joinRef, ref, topic: this.topic, event }, payload);
  }
}
