/** The Realtime server: WebSocket connections, the HTTP way to broadcast, and what the database tells. */
import type { Keys } from "../keys.ts";
import type { Channel } from "./channel.ts";
import { Connection } from "./connection.ts";
import { RealtimeDatabase } from "./database.ts";
import { Hub, topicKey } from "./hub.ts";
import { broadcastByHttp } from "./http.ts";
import { identityOfKey, Refusal } from "./identity.ts";
import { type Limits, Rate } from "./limits.ts";
import { encode, isVersion } from "./wire.ts";

/** How to start the server. */
export interface RealtimeOptions {
  keys: Keys;
  /** A superuser's URL. */
  databaseUrl: string;
  limits: Limits;
  report(message: string): void;
}

/** A running server. */
export class RealtimeServer {
  readonly keys: Keys;
  readonly limits: Limits;
  readonly report: (message: string) => void;
  readonly hub = new Hub();
  readonly connections = new Set<Connection>();
  /** Who is told of a change, by the number of the subscription. */
  readonly subscribers = new Map<number, Channel>();
  readonly joins: Rate;
  readonly messages: Rate;
  readonly presences: Rate;
  database!: RealtimeDatabase;
  #lastId = 0;

  private constructor({ keys, limits, report }: RealtimeOptions) {
    this.keys = keys;
    this.limits = limits;
    this.report = report;
    this.joins = new Rate(limits.joins);
    this.messages = new Rate(limits.messages);
    this.presences = new Rate(limits.presence);
  }

  /** Starts the server. */
  static async open(options: RealtimeOptions): Promise<RealtimeServer> {
    const server = new RealtimeServer(options);
    server.database = await RealtimeDatabase.open(options.databaseUrl, {
      onMessage: (topic, isPrivate, message) => {
        server.hub.broadcast(topicKey(topic, isPrivate), message);
      },
      onChange: (subscriptions, data) => server.#tellChange(subscriptions, data),
      onReturn: () => server.#subscribeAgain(),
      report: options.report,
    });
    return server;
  }

  /** Answers a request below `/realtime/v1`. */
  async handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/realtime/v1/websocket") return await this.#connect(request);
      return await broadcastByHttp(request, this);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return Response.json({ error: error.message }, { status: error.status });
    }
  }

  /** A number that no subscription had before. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.close(1001, "The server stops");
    await this.database.close();
  }

  async #connect(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const version = searchParams.get("vsn") ?? "1.0.0";
    const key = request.headers.get("x-api-key") ?? searchParams.get("apikey");
    const identity = await identityOfKey(this.keys, key);
    if (!isVersion(version)) {
      throw new Refusal("VersionNotSupported", `Version ${version} is not supported`, 403);
    }
    if (this.connections.size >= this.limits.connections) {
      throw new Refusal("ConnectionRateLimitReached", "Too many connected users", 429);
    }
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new Refusal("NoWebSocket", "This is the address of a WebSocket", 426);
    }
    // Read before the upgrade, after which the request is gone.
    const headers = [...request.headers].filter(([name]) => name.startsWith("x-"));
    const { socket, response } = Deno.upgradeWebSocket(request);
    this.connections.add(
      new Connection(this, version, identity, Object.fromEntries(headers), socket),
    );
    return response;
  }

  #tellChange(subscriptions: number[], data: string): void {
    const idsOf = Map.groupBy(subscriptions, (id) => this.subscribers.get(id));
    for (const [channel, ids] of idsOf) {
      if (!channel) continue;
      const frame = { topic: channel.topic, event: "postgres_changes" };
      const payload = `{"ids":[${ids}],"data":${data}}`;
      channel.deliver(encode(channel.connection.version, frame, payload));
    }
  }

  #subscribeAgain(): void {
    for (const channel of new Set(this.subscribers.values())) {
      channel.subscribe().catch((error) => this.report(`realtime: ${error}`));
    }
  }
}
