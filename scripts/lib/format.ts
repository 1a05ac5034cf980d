/** Formats generated text as `deno fmt` would, so that a generated file passes the format check. @module */

import { ROOT } from "./outputs.ts";

/** The text as `deno fmt` leaves it. */
export async function format(text: string, extension: "ts" | "md" | "json"): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext", extension, "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(text));
  await input.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("deno fmt refused generated text");
  return new TextDecoder().decode(stdout);
}
