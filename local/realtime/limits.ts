/** Hosted's quotas, so that a frontend can be tried under them. */

/** How much of what a project may use. */
export interface Limits {
  /** Connections at the same time. */
  connections: number;
  /** Channels of one connection. */
  channels: number;
  /** Joins in a second. */
  joins: number;
  /** Messages in a second, sent and delivered. */
  messages: number;
  /** Presence messages in a second. */
  presence: number;
  /** Bytes of a broadcast. */
  payload: number;
}

/** Counts nothing and takes what a frame can carry. */
export const NO_LIMITS: Limits = {
  connections: Infinity,
  channels: Infinity,
  joins: Infinity,
  messages: Infinity,
  presence: Infinity,
  payload: Infinity,
};

/** The quotas of hosted's plans by their names. */
export const LIMITS: ReadonlyMap<string, Limits> = new Map([
  ["none", NO_LIMITS],
  ["free", {
    connections: 200,
    channels: 100,
    joins: 100,
    messages: 100,
    presence: 20,
    payload: 256_000,
  }],
  ["pro", {
    connections: 500,
    channels: 100,
    joins: 500,
    messages: 500,
    presence: 50,
    payload: 3_000_000,
  }],
]);

/** Counts what happens within a second. */
export class Rate {
  #second = 0;
  #count = 0;

  constructor(readonly limit: number, readonly now: () => number = Date.now) {}

  /** Counts one more; false when the second is used up. */
  take(count = 1): boolean {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.#second) [this.#second, this.#count] = [second, 0];
    this.#count += count;
    return this.#count <= this.limit;
  }
}
