/**
 * What came of the jobs: logs, scores, campaigns, and one lead looked at closely.
 * @module
 */

import type { Founder } from "./client.ts";
import { type Import, logOf, rejectsOf } from "./jobs.ts";
import { bar, type Screen } from "./screen.ts";

interface Totals {
  total: number;
  averageScore: number | null;
  grades: Record<string, number>;
}

interface Overview {
  totals: Totals;
  topCampaigns: {
    name: string;
    total: number;
    converted: number;
    conversionRate: number | null;
    responseRate: number | null;
  }[];
}

interface Lead {
  id: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  company: string | null;
  title: string | null;
}

interface Score {
  score: number;
  grade: string;
  base: number;
  modelVersion: number;
  contributions: {
    field: string | null;
    description: string | null;
    points: number;
    evidence: unknown;
  }[];
}

const percent = (rate: number | null) =>
  (rate === null ? "–" : `${(rate * 100).toFixed(1)}%`).padStart(7);

/** Prints the last lines of each job's log, and some of the rows that it left out. */
export async function showLogs(screen: Screen, founder: Founder, imports: Import[]): Promise<void> {
  screen.title("What the jobs wrote down");
  for (const one of imports) {
    screen.say(
      `  ${one.list.campaign}: ${one.job.status}${one.job.error ? `, ${one.job.error}` : ""}`,
    );
    for (const { seq, level, message } of await logOf(founder, one, 5)) {
      screen.say(`    ${String(seq).padStart(4)} ${level.padEnd(7)} ${message}`);
    }
    for (const { rowNumber, field, reason } of await rejectsOf(founder, one, 2)) {
      screen.say(`         row ${rowNumber} left out: ${field ?? "it"} ${reason}`);
    }
  }
}

/** Prints the agency's figures; answers how many leads it has. */
export async function showFigures(screen: Screen, founder: Founder): Promise<number> {
  const { totals, topCampaigns } = await founder.call<Overview>(
    "GET",
    "/analytics/overview?range=1y",
  );
  screen.title(`How ${totals.total} leads score (average ${totals.averageScore ?? "–"})`);
  const longest = Math.max(...Object.values(totals.grades));
  for (const grade of Object.keys(totals.grades).sort()) {
    const count = totals.grades[grade] ?? 0;
    screen.say(`  ${grade} ${String(count).padStart(6)}  ${bar(count, longest)}`);
  }
  screen.title("The top campaigns");
  const width = Math.max(8, ...topCampaigns.map(({ name }) => name.length));
  screen.say(
    `  ${"".padEnd(width)}  ${"leads".padStart(7)}  ${"converted".padStart(9)}  share   responded`,
  );
  for (const one of topCampaigns) {
    screen.say(
      `  ${one.name.padEnd(width)}  ${String(one.total).padStart(7)}  ` +
        `${String(one.converted).padStart(9)} ${percent(one.conversionRate)}  ${
          percent(one.responseRate)
        }`,
    );
  }
  return totals.total;
}

/** Prints how the best lead's score came about; answers its id, or null without leads. */
export async function showBest(screen: Screen, founder: Founder): Promise<string | null> {
  const [lead] = await founder.call<Lead[]>("GET", "/leads?sortBy=score&sortOrder=desc&pageSize=1");
  if (!lead) return null;
  const score = await founder.call<Score>("GET", `/leads/${lead.id}/score`);
  const name = [lead.firstName, lead.lastName].filter(Boolean).join(" ") || lead.email;
  const who = [name, lead.title, lead.company].filter(Boolean).join(", ");
  screen.title(`Why ${who} scores ${score.score} (${score.grade})`);
  screen.say(`  ${String(score.base).padStart(6)}  where every lead begins`);
  for (const { points, description, field, evidence } of score.contributions) {
    const saw = evidence === null || evidence === undefined ? "" : `  ${JSON.stringify(evidence)}`;
    const sign = points > 0 ? "+" : "";
    screen.say(
      `  ${`${sign}${points}`.padStart(6)}  ${description ?? field ?? "a rule"}${shortened(saw)}`,
    );
  }
  screen.say(
    `  ${
      String(score.score).padStart(6)
    }  their sum, between 0 and 100 (model version ${score.modelVersion})`,
  );
  return lead.id;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
