/**
 * Ends the parts of a stack, one after the other. One that does not end in time is told and left
 * behind: a driver may wait for ever for a connection that is gone, and the others have to end, too.
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
