/** The protocol without a client library: for what supabase-js never does. */
import assert from "node:assert/strict";
import type { StackInfo } from "../../../../local/state.ts";
import { Heard } from "./_live.ts";

/** A frame of version 2.0.0. */
export interface RawFrame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: { status?: string; response?: Record<string, unknown> } & Record<string, unknown>;
}

/** A connection that says exactly what it is told to. */
export class RawConnection implements AsyncDisposable {
  readonly heard = new Heard<RawFrame>();
  readonly closed: Promise<CloseEvent>;
  #ref = 0;

  private constructor(readonly socket: WebSocket) {
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      const [joinRef, ref, topic, event, payload] = JSON.parse(data);
      this.heard.add({ joinRef, ref, topic, event, payload });
    };
    this.closed = new Promise((resolve) => socket.onclose = resolve);
  }

  /** Connects with the publishable key. */
  static async open(stack: StackInfo): Promise<RawConnection> {
    const url = `${stack.apiUrl.replace("http", "ws")}/realtime/v1/websocket`;
    const socket = new WebSocket(`${url}?apikey=${stack.publishableKey}&vsn=2.0.0`);
    const connection = new RawConnection(socket);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return connection;
  }

  /** Sends a frame and resolves with its answer. */
  ask(topic: string, event: string, payload: unknown = {}): Promise<RawFrame> {
    const ref = String(++this.#ref);
    this.socket.send(JSON.stringify([ref, ref, topic, event, payload]));
    return this.heard.until((frame) => frame.ref === ref && frame.event === "phx_reply");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}

/** The reason of a refusal. */
export function reasonOf({ payload }: RawFrame): unknown {
  assert.equal(payload.status, "error");
  return payload.response?.reason;
}
