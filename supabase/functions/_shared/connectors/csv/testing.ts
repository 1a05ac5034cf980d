/**
 * What the tests of CSV files share: texts as bytes.
 * @module
 */

import { CsvConfig } from "./config.ts";

/** A text in UTF-8. */
export const utf8 = (text: string) => new TextEncoder().encode(text);

/** A text in UTF-16, with its mark unless told otherwise. */
export function utf16(text: string, littleEndian: boolean, mark = true): Uint8Array {
  const marked = mark ? `\uFEFF${text}` : text;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** A text of Latin-1 and the euro sign in Windows-1252. */
export function windows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character === "€" ? 0x80 : character.charCodeAt(0));
}

/** A data source of that config. */
export function source(config: object) {
  return { config: CsvConfig.parse(config), credentials: null, rateLimit: null };
}

/** The bytes in chunks of that size. */
export function inChunks(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return ReadableStream.from((function* () {
    for (let from = 0; from < bytes.length; from += size) yield bytes.slice(from, from + size);
  })());
}
