/**
 * What the demo prints: bars that move on a terminal, plain lines elsewhere.
 * @module
 */

import { MultiBar, type SingleBar } from "cli-progress";
import { styleText } from "node:util";
import type { Import } from "./jobs.ts";

/** Where a demo prints to. */
export interface Screen {
  /** Prints a line. */
  say(line?: string): void;
  /** Prints what comes next. */
  title(text: string): void;
  /** Begins to show jobs; `show` draws a new state, `stop` ends it. */
  progress(imports: Import[]): { show(one: Import): void; stop(): void };
}

const counts = ({ job }: Import) =>
  `${job.rowsRead} rows: ${job.rowsCreated} new, ${job.rowsUpdated} updated, ` +
  `${job.rowsDuplicate} duplicate, ${job.rowsRejected} rejected`;

/** Bars and colours, redrawn in place. */
export function terminal(): Screen {
  return {
    say: (line = "") => console.log(line),
    title: (text) => console.log(`\n${styleText(["bold", "cyan"], text)}`),
    progress(imports) {
      const bars = new MultiBar({
        format: "  {name} {bar} {percentage}%  {counts}",
        barCompleteChar: "█",
        barIncompleteChar: "░",
        barsize: 24,
        hideCursor: true,
        clearOnComplete: false,
      });
      const width = Math.max(...imports.map(({ list }) => list.campaign.length));
      const drawn = new Map<Import, SingleBar>();
      for (const one of imports) {
        const name = one.list.campaign.padEnd(width);
        drawn.set(one, bars.create(100, 0, { name, counts: "waiting" }));
      }
      return {
        show: (one) => drawn.get(one)?.update(one.job.progress, { counts: counts(one) }),
        stop: () => bars.stop(),
      };
    },
  };
}

/** Lines that can be piped and kept; a line of progress for every quarter of a job. */
export function plain(print: (line: string) => void = console.log): Screen {
  return {
    say: (line = "") => print(line),
    title: (text) => print(`\n${text}`),
    progress() {
      const told = new Map<Import, string>();
      return {
        show(one) {
          const { status, progress } = one.job;
          const state = `${status} ${Math.floor(progress / 25)}`;
          if (told.get(one) === state) return;
          told.set(one, state);
          print(`  ${one.list.campaign}: ${status} ${progress}%, ${counts(one)}`);
        },
        stop: () => {},
      };
    },
  };
}

/** A horizontal bar of characters for a share of the longest. */
export function bar(value: number, longest: number, width = 32): string {
  return "█".repeat(longest > 0 ? Math.round(value / longest * width) : 0);
}
