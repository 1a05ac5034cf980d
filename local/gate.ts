/**
 * Holds requests while `db:reset` exchanges the database under a running stack. Those under way come
 * out first: postgres.js 3.4.9 writes to the closed socket of a transaction that the server ends, from
 * where no one can catch it (porsager/postgres#1208), and the whole stack would go with it.
 * @module
 */
import type { StackInfo } from "./state.ts";

/** Where a running stack is asked to hold its requests, with the secret key. */
export const HOLD_PATH = "/stack/v1/hold";

/** How long whoever is inside may take to come out, and requests wait outside. */
const PATIENCE_MS = 5000, LONGEST_HOLD_MS = 30_000;

/** Whoever wants to the database goes through here. */
export class Gate {
  #inside = 0;
  #opened: Promise<void> | null = null;
  #emptied = () => {};

  /** Does the work, once the gate is open. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    while (this.#opened) await this.#opened;
    this.#inside++;
    try {
      return await work();
    } finally {
      if (--this.#inside === 0) this.#emptied();
    }
  }

  /** Closes the gate and answers once nobody is inside; it stays closed while the answer is read. */
  async hold(): Promise<Response> {
    if (this.#opened) return Response.json({ message: "A reset is under way." }, { status: 409 });
    let open = () => {};
    this.#opened = new Promise((resolve) => open = resolve);
    const opened = () => {
      clearTimeout(timer);
      this.#opened = null;
      open();
    };
    const timer = setTimeout(opened, LONGEST_HOLD_MS);
    if (this.#inside > 0) {
      await new Promise<void>((resolve) => {
        const enough = setTimeout(resolve, PATIENCE_MS);
        this.#emptied = () => {
          clearTimeout(enough);
          resolve();
        };
      });
      this.#emptied = () => {};
    }
    return new Response(new ReadableStream({ cancel: opened }));
  }
}

/** Has a running stack hold its requests; the answer lets them through again. */
export async function holdRequests(stack: StackInfo): Promise<() => Promise<void>> {
  const { ok, body } = await fetch(stack.apiUrl + HOLD_PATH, {
    method: "POST",
    headers: { apikey: stack.secretKey },
  });
  if (!ok) await body?.cancel();
  if (!ok || !body) {
    throw new Error("The running stack does not hold its requests: is another reset under way?");
  }
  return () => body.cancel();
}
