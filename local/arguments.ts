/** Command lines: what the tasks of `deno.json` make of their arguments. */
import { parseArgs, type ParseArgsConfig } from "node:util";

/**
 * Reads the command line. `--help` is answered with the usage and ends the process, and so is what
 * nobody can read, with exit code 2.
 */
export function readArguments<T extends ParseArgsConfig>(
  usage: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  if (Deno.args.includes("--help")) {
    console.log(usage);
    Deno.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node goes on with advice about positional arguments.
    console.error(`${error.message.split(". ")[0]}.\n\n${usage}`);
    Deno.exit(2);
  }
}
