/**
 * The demo from the first request to the last line; what `deno task demo` runs and its test, too.
 * @module
 */

import { found, type Founder, type Place } from "./client.ts";
import { showWay } from "./closing.ts";
import { type Import, prepare, runJobs } from "./jobs.ts";
import type { List } from "./lists.ts";
import { showBest, showFigures, showLogs } from "./report.ts";
import type { Screen } from "./screen.ts";

/** What a demo did. */
export interface DemoResult {
  founder: Founder;
  imports: Import[];
  /** How many states of jobs came by Realtime. */
  heard: number;
  /** How many leads the agency has in the end. */
  leads: number;
}

/** Founds an agency, imports the lists by jobs, and shows what came of it. */
export async function runDemo(place: Place, lists: List[], screen: Screen): Promise<DemoResult> {
  screen.title("An agency, and its lists in Storage");
  const founder = await found(place, "Demo agency");
  screen.say(`  ${founder.email} signed up and founded the agency ${founder.agencyId}.`);
  const imports: Import[] = [];
  for (const list of lists) {
    for (const note of list.notes) screen.say(`  ${list.file}: ${note}`);
    imports.push(await prepare(founder, list));
    screen.say(
      `  ${list.file} lies in the bucket imports; a data source and a job for it are made.`,
    );
  }

  screen.title(imports.length === 1 ? "The job, live" : `${imports.length} jobs at once, live`);
  const progress = screen.progress(imports);
  const heard = await runJobs(founder, imports, progress.show).finally(progress.stop);
  screen.say(`  ${heard} messages came by Realtime, on the jobs' private channels.`);

  await showLogs(screen, founder, imports);
  const leads = await showFigures(screen, founder);
  const best = await showBest(screen, founder);
  showWay(screen, place, founder, best);
  return { founder, imports, heard, leads };
}
