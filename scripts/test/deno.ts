/**
 * Runs `deno test` and counts by its JUnit report.
 * @module
 */

import { globSync } from "node:fs";
import { ROOT } from "../lib/outputs.ts";
import { emptyResult, type SuiteResult } from "./result.ts";

const unescape = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'").replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(+code))
    .replaceAll("&amp;", "&");

/** Reads Deno's JUnit report into a result. */
export function readJunit(suite: string, xml: string): SuiteResult {
  const result = emptyResult(suite);
  const cases = /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  for (const [, attributes = "", body = ""] of xml.matchAll(cases)) {
    const attribute = (name: string) =>
      unescape(attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "");
    if (/<skipped/.test(body)) result.skipped++;
    else if (!/<(failure|error)/.test(body)) result.passed++;
    // The steps that failed are cases of their own.
    else if (/>\d+ test steps? failed\.?</.test(body)) continue;
    else {
      const message = body.match(/<(?:failure|error)[^>]*>([\s\S]*?)<\/(?:failure|error)>/)?.[1];
      result.failures.push({
        where: `${attribute("classname")} > ${attribute("name")}`,
        message: unescape(message ?? body),
      });
    }
  }
  return result;
}

/** Runs the test files that match the patterns and whose path contains the filter. */
export async function runDeno(
  suite: string,
  patterns: string[],
  options: {
    filter?: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
    /** Lines of the tests that are told when they have ended: figures, not failures. */
    tell?: RegExp;
  } = {},
): Promise<SuiteResult> {
  const files = globSync(patterns, { cwd: ROOT })
    .filter((file) => !file.includes("node_modules") && file.includes(options.filter ?? "")).sort();
  if (files.length === 0) return emptyResult(suite);
  const report = await Deno.makeTempFile({ prefix: "backline-junit-", suffix: ".xml" });
  try {
    const child = new Deno.Command(Deno.execPath(), {
      // Quiet ones keep to themselves what tests print.
      args: [
        "test",
        ...options.tell ? [] : ["--quiet"],
        "-A",
        "--no-check",
        `--junit-path=${report}`,
        ...files,
      ],
      cwd: ROOT,
      env: { ...options.env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // A group of its own, so that an interruption reaches what the tests started as well.
      detached: true,
    }).spawn();
    const interrupt = () => Deno.kill(-child.pid, "SIGTERM");
    options.signal?.addEventListener("abort", interrupt);
    const { code, stdout, stderr } = await child.output();
    options.signal?.removeEventListener("abort", interrupt);
    options.signal?.throwIfAborted();
    const { tell } = options;
    const lines = new TextDecoder().decode(stdout).split("\n");
    if (tell) lines.filter((line) => tell.test(line)).forEach((line) => console.log(line));
    const result = readJunit(suite, await Deno.readTextFile(report));
    // A file that does not load has no test case to fail.
    if (code !== 0 && result.failures.length === 0) {
      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      result.failures.push({ where: `deno test ended with ${code}`, message: text });
    }
    return result;
  } finally {
    await Deno.remove(report);
  }
}
