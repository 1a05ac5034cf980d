/**
 * What can be said about the sources without running them: format, lint, types, generated files.
 * @module
 */

import { ROOT } from "./lib/outputs.ts";

const STEPS: [what: string, args: string[]][] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "--quiet", "."]],
  ["generated files", ["run", "-A", "scripts/gen.ts", "--check"]],
];

let failed = 0;
for (const [what, args] of STEPS) {
  const begun = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).output();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${success ? "ok  " : "FAIL"}  ${what} (${seconds} s)`);
  if (success) continue;
  failed++;
  for (const bytes of [stdout, stderr]) await Deno.stdout.write(bytes);
}
if (failed) Deno.exit(1);
