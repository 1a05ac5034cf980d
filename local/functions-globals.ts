/** What functions find in the global scope besides Deno's own, and what they must not do to the stack. */

/** Puts a value in the place of a property; what it returns puts the property back. */
export function lend(target: object, name: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true, enumerable: own?.enumerable });
  return () =>
    own ? Object.defineProperty(target, name, own) : Reflect.deleteProperty(target, name);
}

/**
 * Lends `EdgeRuntime`, and keeps a function that fails to itself: on hosted it takes its own worker
 * down, here it would be the whole stack. Closing waits for the work that functions left behind.
 */
export function lendGlobals(report: (message: string) => void): { close(): Promise<void> } {
  const pending = new Set<Promise<unknown>>();
  const restore = [
    lend(globalThis, "EdgeRuntime", {
      waitUntil(work: Promise<unknown>) {
        pending.add(work);
        work.catch((error) => console.error("waitUntil:", error))
          .finally(() => pending.delete(work));
      },
    }),
    lend(Deno, "exit", (code?: number) => {
      throw new Error(`Deno.exit(${code ?? ""}) in a function: the stack goes on`);
    }),
  ];
  const survive = (event: PromiseRejectionEvent | ErrorEvent) => {
    event.preventDefault();
    const error = "reason" in event ? event.reason : event.error;
    report(`Nobody caught: ${error instanceof Error ? error.stack : error}`);
  };
  addEventListener("unhandledrejection", survive);
  addEventListener("error", survive);
  return {
    async close() {
      for (const undo of restore) undo();
      await Promise.allSettled(pending);
      removeEventListener("unhandledrejection", survive);
      removeEventListener("error", survive);
    },
  };
}
