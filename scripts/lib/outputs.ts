/**
 * Generated files: written by `deno task gen`, compared by `deno task gen --check`.
 * @module
 */

import { dirname, join } from "node:path";

/** The repository's root folder. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** Generated files by their path from the repository's root; `null` means the file must not exist. */
export type Outputs = Map<string, string | null>;

/** The text of a file of the repository, or `null` when there is none. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(join(ROOT, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The outputs that differ from what is on disk. */
async function drift(outputs: Outputs): Promise<string[]> {
  const differing: string[] = [];
  for (const [path, text] of outputs) if (await readText(path) !== text) differing.push(path);
  return differing;
}

/** Writes the outputs that differ and returns their paths. */
export async function write(outputs: Outputs): Promise<string[]> {
  const differing = await drift(outputs);
  for (const path of differing) {
    const text = outputs.get(path);
    if (text == null) {
      await Deno.remove(join(ROOT, path));
      continue;
    }
    await Deno.mkdir(join(ROOT, dirname(path)), { recursive: true });
    await Deno.writeTextFile(join(ROOT, path), text);
  }
  return differing;
}

/** Writes the outputs, or with `check` only names the stale ones; false when there were any. */
export async function emit(what: string, outputs: Outputs, check: boolean): Promise<boolean> {
  const differing = check ? await drift(outputs) : await write(outputs);
  for (const path of differing) console.log(`${check ? "stale" : "wrote"}  ${path}`);
  if (!check || differing.length === 0) return true;
  console.error(`${what} differs from its sources: run \`deno task gen\` and commit the result.`);
  return false;
}
