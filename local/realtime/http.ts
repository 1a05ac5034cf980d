/** Broadcasting without a connection: `POST /realtime/v1/api/broadcast[/<topic>/events/<event>]`. */
import { topicKey } from "./hub.ts";
import { type Identity, identityOfKey, identityOfToken } from "./identity.ts";
import { flag } from "./join.ts";
import type { RealtimeServer } from "./server.ts";
import { type Broadcast, isObject } from "./wire.ts";

/** A broadcast on its way to a topic. */
interface Letter extends Broadcast {
  topic: string;
  isPrivate: boolean;
}

const PATH = /^\/realtime\/v1\/api\/broadcast(?:\/([^/]+)\/events\/([^/]+))?\/?$/;

/** Sends what the body says, where the caller may; 202 also where the caller may not. */
export async function broadcastByHttp(
  request: Request,
  server: RealtimeServer,
): Promise<Response> {
  const path = new URL(request.url).pathname.match(PATH);
  if (!path || request.method !== "POST") {
    return Response.json({ message: "Not Found" }, { status: 404 });
  }
  const identity = await identityOf(request, server);
  const [, topic, event] = path.map((part) => part && decodeURIComponent(part));
  const letters = topic && event
    ? [await oneLetter(request, topic, event)]
    : readLetters(await request.json().catch(() => null));
  if (!letters || letters.some(({ body }) => body.length > server.limits.payload)) {
    const errors = { messages: ["are not as expected or too large"] };
    return Response.json({ errors }, { status: 422 });
  }
  if (!server.messages.take(letters.length)) {
    const error = "Too many messages to broadcast, please reduce the batch size";
    return Response.json({ error }, { status: 429 });
  }
  const headers = Object.fromEntries(request.headers);
  for (const [topic, ofTopic] of Map.groupBy(letters, ({ topic }) => topic)) {
    const mayWrite = ofTopic.some(({ isPrivate }) => isPrivate) &&
      (await server.database.allowed("write", topic, ["broadcast"], identity.claims, headers))
          .length > 0;
    for (const letter of ofTopic) {
      if (letter.isPrivate && !mayWrite) continue;
      server.hub.broadcast(topicKey(topic, letter.isPrivate), letter);
    }
  }
  return new Response(null, { status: 202 });
}

async function identityOf(request: Request, { keys }: RealtimeServer): Promise<Identity> {
  const key = request.headers.get("apikey");
  const bearer = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  const isToken = bearer && bearer !== key && !bearer.startsWith("sb_");
  return isToken
    ? await identityOfToken(keys, bearer)
    : await identityOfKey(keys, key ?? bearer ?? null);
}

async function oneLetter(request: Request, topic: string, event: string): Promise<Letter> {
  const isPrivate = flag(new URL(request.url).searchParams.get("private"));
  const isBinary = request.headers.get("content-type")?.startsWith("application/octet-stream");
  const body = isBinary ? new Uint8Array(await request.arrayBuffer()) : await request.text();
  return { topic, event, isPrivate, body };
}

function readLetters(body: unknown): Letter[] | null {
  if (!isObject(body) || !Array.isArray(body.messages)) return null;
  const letters: Letter[] = [];
  for (const message of body.messages) {
    if (!isObject(message)) return null;
    const { topic, event, payload } = message;
    if (typeof topic !== "string" || typeof event !== "string" || !isObject(payload)) return null;
    letters.push({ topic, event, isPrivate: flag(message.private), body: JSON.stringify(payload) });
  }
  return letters.length > 0 ? letters : null;
}
