/** The two serializers of the protocol: Phoenix frames as text, and what users broadcast as bytes. */

/** Versions of the protocol: 1.0.0 speaks in objects, 2.0.0 in arrays and binary broadcasts. */
export type Version = "1.0.0" | "2.0.0";

/** Names the versions that are spoken here. */
export function isVersion(text: string): text is Version {
  return text === "1.0.0" || text === "2.0.0";
}

/** What users tell each other: JSON as text, which nobody here needs to read, or bytes. */
export interface Broadcast {
  event: string;
  body: string | Uint8Array<ArrayBuffer>;
  /** Set on messages that came from the database. */
  meta?: { id: string; replayed?: true };
}

/** A frame of a client. A broadcast, in whichever form it came, is already read. */
export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  broadcast?: Broadcast;
}

const PUSH = 3, BROADCAST = 4, JSON_BODY = 1;

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** Reads a frame; null for what is none. */
export function decode(data: string | ArrayBuffer, version: Version): Frame | null {
  if (typeof data !== "string") return decodePush(new Uint8Array(data));
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof frame !== "object" || frame === null) return null;
  const { join_ref, ref, topic, event, payload } = version === "1.0.0" || !Array.isArray(frame)
    ? frame as Record<string, unknown>
    : { join_ref: frame[0], ref: frame[1], topic: frame[2], event: frame[3], payload: frame[4] };
  if (typeof topic !== "string" || typeof event !== "string") return null;
  const content = isObject(payload) ? payload : {};
  return {
    joinRef: textOrNull(join_ref),
    ref: textOrNull(ref),
    topic,
    event,
    payload: content,
    ...event === "broadcast" && {
      broadcast: {
        event: String(content.event ?? ""),
        body: JSON.stringify(content.payload ?? {}),
      },
    },
  };
}

function decodePush(bytes: Uint8Array<ArrayBuffer>): Frame | null {
  const [kind, joinRefSize = 0, refSize = 0, topicSize = 0, eventSize = 0, metaSize = 0, encoding] =
    bytes;
  if (kind !== PUSH) return null;
  let at = 7;
  const take = (size: number) => decoder.decode(bytes.subarray(at, at += size));
  const joinRef = take(joinRefSize), ref = take(refSize);
  const topic = take(topicSize), event = take(eventSize);
  const body = bytes.slice(at + metaSize);
  return {
    joinRef: joinRef || null,
    ref: ref || null,
    topic,
    event: "broadcast",
    payload: {},
    broadcast: { event, body: encoding === JSON_BODY ? decoder.decode(body) : body },
  };
}

/** Writes a frame whose payload is JSON already. */
export function encode(
  version: Version,
  frame: { joinRef?: string | null; ref?: string | null; topic: string; event: string },
  payload: string,
): string {
  const { joinRef = null, ref = null, topic, event } = frame;
  const [a, b, c, d] = [joinRef, ref, topic, event].map((part) => JSON.stringify(part));
  return version === "1.0.0"
    ? `{"join_ref":${a},"ref":${b},"topic":${c},"event":${d},"payload":${payload}}`
    : `[${a},${b},${c},${d},${payload}]`;
}

/** Writes a broadcast; null where the version has no form for it, which is bytes in 1.0.0. */
export function encodeBroadcast(
  version: Version,
  topic: string,
  { event, body, meta }: Broadcast,
): string | Uint8Array<ArrayBuffer> | null {
  const parts = [topic, event, meta ? JSON.stringify(meta) : ""].map((text) =>
    encoder.encode(text)
  );
  // The lengths are single bytes: what is longer goes as text.
  if (version === "2.0.0" && parts.every((part) => part.length < 256)) {
    const isText = typeof body === "string";
    const pieces = [...parts, isText ? encoder.encode(body) : body];
    const head = [BROADCAST, ...parts.map((part) => part.length), isText ? JSON_BODY : 0];
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, head.length));
    bytes.set(head);
    let at = head.length;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
  if (typeof body !== "string") return null;
  const about = meta ? `,"meta":${JSON.stringify(meta)}` : "";
  const payload = `{"type":"broadcast","event":${JSON.stringify(event)},"payload":${body}${about}}`;
  return encode(version, { topic, event: "broadcast" }, payload);
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}
