/**
 * Requests as bytes: what `fetch` would not send.
 * @module
 */

import { stack } from "../e2e/_support.ts";

/** An answer that came over the wire, or `null` where the connection was closed without one. */
export type RawAnswer = { status: number; headers: Headers; text: string } | null;

const { hostname, port } = new URL(stack.url);
/** The line that every request needs, with its end. */
export const HOST = `Host: ${hostname}:${port}\r\n`;

const LIMIT_MS = 10_000;

/** Bytes of a text whose characters are bytes, so that `\xff` is one byte. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Sends the pieces one after the other and reads until the other side closes. */
export async function raw(...pieces: (string | Uint8Array)[]): Promise<RawAnswer> {
  const connection = await Deno.connect({ hostname, port: Number(port) });
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    connection.close();
  }, LIMIT_MS);
  const chunks: Uint8Array[] = [];
  const reading = (async () => {
    try {
      for await (const chunk of connection.readable) chunks.push(chunk);
    } catch (error) {
      // A server may refuse to read on and reset the connection after its answer.
      if (!(error instanceof Error) || chunks.length === 0) throw error;
    }
  })();
  reading.catch(() => {});
  try {
    const writer = connection.writable.getWriter();
    for (const piece of pieces) {
      await writer.write(typeof piece === "string" ? bytes(piece) : piece).catch(() => {});
    }
    await reading.catch(() => {});
  } finally {
    clearTimeout(timer);
    try {
      connection.close();
    } catch {
      // The stream has closed it.
    }
  }
  if (hangs) throw new Error(`No answer to ${pieces[0]?.slice(0, 200)}`);
  return parse(new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()));
}

function parse(answer: Uint8Array): RawAnswer {
  const text = new TextDecoder("latin1").decode(answer);
  const end = text.indexOf("\r\n\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]);
  if (end < 0 || !status) return null;
  const headers = new Headers();
  for (const line of text.slice(0, end).split("\r\n").slice(1)) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name) headers.append(name, value);
  }
  const body = text.slice(end + 4);
  return {
    status,
    headers,
    text: headers.get("transfer-encoding") === "chunked" ? unchunk(body) : body,
  };
}

function unchunk(body: string): string {
  let text = "";
  for (let at = 0; at < body.length;) {
    const end = body.indexOf("\r\n", at);
    const size = parseInt(body.slice(at, end), 16);
    if (!size) break;
    text += body.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
  return text;
}
