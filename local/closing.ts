/**
 * Ends the parts of a stack, one after the other. One that does not end in time is told and left
 * behind, for the others have to end, too. (postgres.js waits for ever for a session that was cut off
 * amid a query unless its `end` is given a time, as all parts do.)
 */
export async function endAll(
  closers: (() => unknown)[],
  limitMs: number,
  report: (message: string) => void,
): Promise<void> {
  for (const close of closers) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        report(`${close} did not end in ${limitMs / 1000} s.`);
        resolve();
      }, limitMs);
    });
    await Promise.race([close(), late]).finally(() => clearTimeout(timer));
  }
}
