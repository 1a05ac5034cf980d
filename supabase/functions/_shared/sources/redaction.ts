/**
 * Keeps credentials out of what is written down: job logs, errors, answers. Connectors take care by
 * themselves; this stands behind them, for what a provider repeats and a library quotes.
 * @module
 */

import { Buffer } from "node:buffer";
import type { Json } from "../database.types.ts";

/** Shorter texts are no secrets, and taking them out would spoil every sentence. */
const MIN_SECRET_CHARACTERS = 4;

const MARK = "[redacted]";

/** Takes known secrets out of texts and documents. */
export class Redactor {
  #secrets: string[] = [];

  /** Whatever texts are inside of a value are secret from now on, in the spellings they travel in. */
  add(value: unknown): void {
    const spellings = textsIn(value)
      .filter((text) => text.length >= MIN_SECRET_CHARACTERS)
      .flatMap((text) => [
        text,
        encodeURIComponent(text),
        // As queries spell it: a space is a plus there, and more is escaped.
        new URLSearchParams([["", text]]).toString().slice(1),
        JSON.stringify(text).slice(1, -1),
        Buffer.from(text).toString("base64"),
      ]);
    // The longest first: one secret may be part of another.
    this.#secrets = [...new Set([...this.#secrets, ...spellings])]
      .sort((a, b) => b.length - a.length);
  }

  /** A text without the secrets. */
  text(text: string): string {
    return this.#secrets.reduce((kept, secret) => kept.replaceAll(secret, MARK), text);
  }

  /** The error itself, or one without the secrets that it quotes: errors are logged, and kept with tasks. */
  error(error: unknown): unknown {
    const said = String(error);
    const kept = this.text(said);
    return kept === said ? error : new Error(kept);
  }

  /** A document without the secrets, in keys and values at any depth. */
  json<T extends Json | undefined>(value: T): T;
  json(value: Json | undefined): Json | undefined {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [this.text(key), this.json(inner)]),
    );
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
