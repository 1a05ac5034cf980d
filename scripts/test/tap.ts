/** Reads what pgTAP says (Test Anything Protocol, the part that pgTAP speaks). @module */

/** The outcome of one TAP stream. */
export interface TapResult {
  passed: number;
  /** Each failed assertion with its diagnostics, and each fault of the stream itself. */
  failures: string[];
}

/**
 * Judges the lines of one test file. A stream without a plan, or with another number of assertions
 * than planned, is a failure however many of them passed: a file that stopped early must not look green.
 */
export function readTap(lines: string[]): TapResult {
  const failures: string[] = [];
  let passed = 0, failed = 0;
  let planned: number | undefined;
  for (const line of lines) {
    const plan = line.match(/^1\.\.(\d+)/);
    const assertion = line.match(/^(not )?ok \d+(.*)$/);
    if (plan) planned = Number(plan[1]);
    else if (assertion && !assertion[1]) passed++;
    else if (assertion) {
      failed++;
      failures.push(`not ok${assertion[2]}`);
    } else if (line.startsWith("#") && failures.length > 0) {
      failures[failures.length - 1] += `\n${line}`;
    }
  }
  if (planned === undefined) failures.push("no plan: the file must call plan(n) or no_plan()");
  else if (planned !== passed + failed) {
    failures.push(`planned ${planned} assertions but ran ${passed + failed}`);
  }
  return { passed, failures };
}
