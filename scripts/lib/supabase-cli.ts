/** Calls the supabase CLI, in the one version the project is built with. @module */

import { ROOT } from "./outputs.ts";

/** As npx names it; without Docker most of its commands work on a database URL. */
const CLI = "supabase@3.1.0";

/** What a call of the CLI came to. */
export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the CLI on a database; `url` needs the owner's name and a password. */
export async function supabase(args: string[], url: string): Promise<CliResult> {
  const target = new URL(url);
  target.searchParams.set("sslmode", "disable");
  const npx = Deno.build.os === "windows" ? "npx.cmd" : "npx";
  try {
    const output = await new Deno.Command(npx, {
      args: ["-y", CLI, ...args, "--yes", `--remote=${target.href}`],
      cwd: ROOT,
      env: { DO_NOT_TRACK: "1", NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`npx is not on the PATH; the supabase CLI (${CLI}) comes by it.`);
  }
}
