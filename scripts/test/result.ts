/** What a suite of tests came to, and how it is told. @module */

/** One failed test: where it stands and what it said. */
export interface Failure {
  where: string;
  message: string;
}

/** The counts and failures of one suite. */
export interface SuiteResult {
  suite: string;
  passed: number;
  skipped: number;
  failures: Failure[];
}

/** An empty result to add to. */
export function emptyResult(suite: string): SuiteResult {
  return { suite, passed: 0, skipped: 0, failures: [] };
}

/** Prints one suite: a line, and its failures readably below it. */
export function report(result: SuiteResult, milliseconds: number): void {
  const { suite, passed, skipped, failures } = result;
  const seconds = (milliseconds / 1000).toFixed(1);
  const counts = closingLine([result]);
  console.log(`${failures.length ? "FAIL" : "ok  "}  ${suite.padEnd(10)} ${counts} (${seconds} s)`);
  for (const [where, group] of Map.groupBy(failures, ({ where }) => where)) {
    console.log(`\n  ✗ ${where}`);
    for (const { message } of group) console.log(message.trimEnd().replace(/^/gm, "      "));
  }
  if (passed + skipped + failures.length === 0) console.log("      no test matched");
}

/** The closing line over all suites: `N passed, N failed`, with the skipped ones where there are any. */
export function closingLine(results: SuiteResult[]): string {
  const sum = (count: (result: SuiteResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const skipped = sum((result) => result.skipped);
  return `${sum((r) => r.passed)} passed, ${sum((r) => r.failures.length)} failed` +
    (skipped ? `, ${skipped} skipped` : "");
}
