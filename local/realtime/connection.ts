/** One WebSocket: reads its frames, keeps its channels, writes its answers. */
import { Channel } from "./channel.ts";
import { type Identity, Refusal } from "./identity.ts";
import type { RealtimeServer } from "./server.ts";
import {
  type Broadcast,
  decode,
  encode,
  encodeBroadcast,
  type Frame,
  type Version,
} from "./wire.ts";

/** Who does not read for so many bytes is let go. */
const MOST_UNREAD_BYTES = 64 * 2 ** 20;

/** A client's connection. */
export class Connection {
  readonly channels = new Map<string, Channel>();
  /** The last piece of work of each topic: frames of one topic are answered one after the other. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(
    readonly server: RealtimeServer,
    readonly version: Version,
    /** Who the API key stands for; channels without a token speak for it. */
    readonly identity: Identity,
    /** The request's `x-` headers, for policies that read them. */
    readonly headers: Record<string, string>,
    readonly socket: WebSocket,
  ) {
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = socket.onerror = () => this.#end();
  }

  /** Writes a frame. */
  push(frame: Parameters<typeof encode>[1], payload: unknown): void {
    this.send(encode(this.version, frame, JSON.stringify(payload)));
  }

  /** Writes a broadcast to this client alone. */
  tell(topic: string, message: Broadcast): void {
    const frame = encodeBroadcast(this.version, topic, message);
    if (frame !== null) this.send(frame);
  }

  /** Writes what is encoded already. */
  send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MOST_UNREAD_BYTES) return this.socket.close(1008, "too slow");
    this.socket.send(frame);
  }

  #receive(data: string | ArrayBuffer): void {
    const frame = decode(data, this.version);
    if (!frame) return;
    const { topic, event, ref } = frame;
    if (topic === "phoenix") return this.#reply(frame, "ok"); // a heartbeat
    const work = event === "phx_join"
      ? () => this.#join(frame)
      : event === "phx_leave"
      ? () => this.#leave(frame)
      : () => this.#handle(frame);
    const turn = (this.#turns.get(topic) ?? Promise.resolve()).then(work).catch((error) => {
      this.server.report(`realtime: ${event} on ${topic}: ${error}`);
      if (ref !== null) this.#reply(frame, "error", "Unknown Error on Channel");
    }).finally(() => {
      if (this.#turns.get(topic) === turn) this.#turns.delete(topic);
    });
    this.#turns.set(topic, turn);
  }

  async #join(frame: Frame): Promise<void> {
    const { topic, ref } = frame, { limits, joins } = this.server;
    if (!topic.startsWith("realtime:")) return this.#reply(frame, "error", "unmatched topic");
    this.channels.get(topic)?.close();
    if (!joins.take()) {
      this.#reply(frame, "error", "ClientJoinRateLimitReached: Too many joins per second");
      return this.socket.close();
    }
    if (this.channels.size >= limits.channels) {
      return this.#reply(frame, "error", "ChannelRateLimitReached: Too many channels");
    }
    const channel = new Channel(this, frame);
    this.channels.set(topic, channel);
    try {
      await channel.join(ref);
    } catch (error) {
      this.channels.delete(topic);
      if (!(error instanceof Refusal)) throw error;
      this.#reply(frame, "error", error.reason);
    }
  }

  #leave(frame: Frame): void {
    this.#reply(frame, "ok");
    this.channels.get(frame.topic)?.close();
  }

  async #handle(frame: Frame): Promise<void> {
    const channel = this.channels.get(frame.topic);
    if (channel) await channel.handle(frame);
    else this.#reply(frame, "error", "unmatched topic");
  }

  #reply({ joinRef, ref, topic }: Frame, status: "ok" | "error", reason?: string): void {
    const payload = { status, response: reason === undefined ? {} : { reason } };
    this.push({ joinRef, ref, topic, event: "phx_reply" }, payload);
  }

  #end(): void {
    this.server.connections.delete(this);
    for (const channel of [...this.channels.values()]) channel.close();
  }
}
