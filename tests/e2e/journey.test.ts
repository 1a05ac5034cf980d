import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { foundAgency, join, sumOf, type TestAgency } from "./_agency.ts";
import type {
  AgencyOverview,
  Campaign,
  CampaignPerformance,
  ImportResult,
  Isolation,
  Lead,
  LeadActivity,
  LeadScore,
  Me,
  Member,
} from "./_types.ts";

const ROWS = [
  {
    firstName: "Ada",
    lastName: "Byron",
    email: "ada@example.org",
    company: "Analytical Engines",
    title: "Founder",
    city: "London",
    customFields: { seatsWanted: 12, "first contact": "fair" },
    tags: ["vip"],
  },
  { firstName: "Grace", lastName: "Hopper", email: "grace@example.org", phone: "+1 555 0100" },
  { lastName: '=HYPERLINK("http://evil.example")', company: "Sum & Co", firstName: "Al" },
];

/** Leads that come later, by status: with those of the first hour every count differs from the others. */
const LATER = { new: 2, contacted: 4, responded: 5, converted: 1, rejected: 6 };
const COUNTS = { ...LATER, new: 3, qualified: 1, converted: 2 };
const TOTAL = Object.values(COUNTS).reduce((sum, count) => sum + count);

/** Everything an agency does in its first hour; answers the ids of what it made. */
async function firstHour(agency: TestAgency) {
  const { owner } = agency;
  const me = await owner.data<Me>("GET", "/auth/me");
  strictEqual(me.email, owner.email);
  deepStrictEqual(me.roles, ["owner"]);
  deepStrictEqual(me.agencies.map((a) => a.name), [agency.name]);

  const created = await owner.call<Campaign>("POST", "/campaigns", {
    name: "Spring",
    targetLeads: 50,
  });
  strictEqual(created.status, 201);
  const campaign = created.body.data;
  deepStrictEqual([campaign.status, campaign.agencyId], ["draft", agency.id]);
  const started = await owner.data<Campaign>("POST", `/campaigns/${campaign.id}/status`, {
    status: "active",
  });
  strictEqual(started.status, "active");

  const imported = await owner.data<ImportResult>("POST", "/leads/import", {
    campaignId: campaign.id,
    rows: ROWS,
  });
  deepStrictEqual(imported, {
    created: ROWS.length,
    updated: 0,
    duplicate: 0,
    rejected: 0,
    errors: [],
  });

  const list = await owner.call<Lead[]>("GET", `/leads?campaignId=${campaign.id}&sortBy=lastName`);
  deepStrictEqual(list.body.pagination, {
    page: 1,
    pageSize: 20,
    total: ROWS.length,
    totalPages: 1,
  });
  const [ada, grace, formula] = ROWS.map(({ lastName }) =>
    list.body.data.find((lead) => lead.lastName === lastName)
  );
  ok(ada && grace && formula);
  deepStrictEqual({ ...ada, ...ROWS[0] }, ada, "the lead has what the row said");
  deepStrictEqual([ada.status, ada.campaignName], ["new", "Spring"]);

  const before = await owner.data<LeadScore>("GET", `/leads/${ada.id}/score`);
  strictEqual(before.score, ada.score);
  strictEqual(before.grade, ada.scoreGrade);
  strictEqual(before.score, sumOf(before));
  ok(before.contributions.some(({ field }) => field === "title"));
  const recorded = await owner.call("POST", `/leads/${ada.id}/activities`, { type: "replied" });
  strictEqual(recorded.status, 201);
  const after = await owner.data<LeadScore>("GET", `/leads/${ada.id}/score`);
  ok(after.score > before.score, "a reply counts");
  strictEqual(after.score, sumOf(after));

  const qualified = await owner.data<Lead>("POST", `/leads/${ada.id}/qualify`, {
    score: 5,
    criteria: { hasBudget: true },
    notes: "Decides in March",
  });
  deepStrictEqual(
    [qualified.status, qualified.qualificationScore, qualified.qualificationNotes],
    ["qualified", 5, "Decides in March"],
  );
  deepStrictEqual(qualified.qualificationData.criteria, { hasBudget: true });
  ok(qualified.qualifiedAt);

  const colleague = await join(agency, ["sales"]);
  const members = await owner.data<Member[]>("GET", `/agencies/${agency.id}/members`);
  deepStrictEqual(
    new Map(members.map(({ userId, roles }) => [userId, roles])),
    new Map([[owner.id, ["owner"]], [colleague.id, ["sales"]]]),
  );
  const assigned = await owner.data<Lead>("POST", `/leads/${ada.id}/assign`, {
    assignee: colleague.email,
  });
  strictEqual(assigned.assignedTo, colleague.id);
  const theirs = await colleague.data<Lead[]>("GET", "/leads");
  deepStrictEqual(theirs.map((lead) => lead.id), [ada.id]);

  const won = await owner.data<Lead>("PUT", `/leads/${grace.id}`, { status: "converted" });
  strictEqual(won.status, "converted");
  ok(won.convertedAt);

  const activities = await owner.data<LeadActivity[]>("GET", `/leads/${ada.id}/activities`);
  deepStrictEqual(
    new Set(activities.map(({ type }) => type)),
    new Set(["assigned", "status_changed", "replied"]),
  );
  const later = await owner.data<ImportResult>("POST", "/leads/import", {
    campaignId: campaign.id,
    rows: Object.entries(LATER).flatMap(([status, count]) =>
      Array.from({ length: count }, (_, n) => ({ email: `${status}${n}@example.org`, status }))
    ),
  });
  strictEqual(later.created, TOTAL - ROWS.length);
  return { campaign, formula, colleague };
}

Deno.test("two agencies go from sign-up to figures, and neither sees the other", async (t) => {
  const [north, south] = await Promise.all([
    foundAgency("Northern Lights"),
    foundAgency("Southern Cross"),
  ]);
  notStrictEqual(north.id, south.id);
  for (const agency of [north, south]) {
    const { owner } = agency;
    await t.step(agency.name, async (t) => {
      const { campaign, formula, colleague } = await firstHour(agency);

      await t.step("figures", async () => {
        const figures = await owner.data<CampaignPerformance>(
          "GET",
          `/campaigns/${campaign.id}/analytics`,
        );
        deepStrictEqual(figures, await owner.data("GET", `/analytics/campaigns/${campaign.id}`));
        const { totals } = figures;
        deepStrictEqual({ ...totals, ...COUNTS, total: TOTAL }, totals);
        const share = (part: number, whole: number) => Math.round(part / whole * 1e4) / 1e4;
        const { contacted, responded, qualified, converted } = COUNTS;
        const reached = {
          contacted: contacted + responded + qualified + converted,
          responded: responded + qualified + converted,
          qualified: qualified + converted,
          converted,
        };
        deepStrictEqual(totals.reached, reached);
        deepStrictEqual(
          [totals.conversionRate, totals.responseRate, totals.qualificationRate],
          [
            share(converted, TOTAL),
            share(reached.responded, reached.contacted),
            share(reached.qualified, TOTAL),
          ],
        );
        const grades = Object.values(totals.grades).reduce((sum, count) => sum + count, 0);
        strictEqual(grades, TOTAL);
        deepStrictEqual([figures.targetLeads, figures.status], [50, "active"]);

        const overview = await owner.data<AgencyOverview>("GET", "/analytics/overview?range=7d");
        strictEqual(overview.agencyId, agency.id);
        deepStrictEqual(overview.campaigns, { total: 1, active: 1 });
        deepStrictEqual(overview.totals, totals);
        strictEqual(overview.previous.total, 0);
        strictEqual(overview.previous.conversionRate, null);
        strictEqual(overview.trend.total, null);
        deepStrictEqual(
          overview.topCampaigns.map((c) => c.campaignId),
          [campaign.id],
        );
      });

      await t.step("a salesperson's figures are those of their leads", async () => {
        const { totals } = await colleague.data<CampaignPerformance>(
          "GET",
          `/campaigns/${campaign.id}/analytics`,
        );
        deepStrictEqual([totals.total, totals.qualified], [1, 1]);
        const overview = await colleague.data<AgencyOverview>("GET", "/analytics/overview");
        deepStrictEqual([overview.totals.total, overview.totals.qualified], [1, 1]);
      });

      await t.step("export", async () => {
        const file = await owner.call("GET", "/leads/export");
        strictEqual(file.headers.get("content-type"), "text/csv; charset=utf-8");
        strictEqual(
          file.headers.get("content-disposition"),
          'attachment; filename="leads.csv"',
        );
        const rows = parse<Record<string, string>>(file.text, { columns: true });
        const leads = await owner.data<Lead[]>("GET", "/leads?pageSize=100");
        deepStrictEqual(rows.map(({ id }) => id).sort(), leads.map(({ id }) => id).sort());
        const cell = rows.find(({ id }) => id === formula.id)?.last_name;
        strictEqual(cell, `'${ROWS[2]?.lastName}`, "no spreadsheet runs it");
      });

      await t.step("the same rows again are duplicates", async () => {
        const again = await owner.data<ImportResult>("POST", "/leads/import", {
          campaignId: campaign.id,
          rows: ROWS,
        });
        deepStrictEqual([again.created, again.duplicate, again.rejected], [0, ROWS.length, 0]);
      });
    });
  }

  await t.step("neither sees the other", async () => {
    for (const [mine, other] of [[north, south], [south, north]] as const) {
      for (const path of ["/leads", "/campaigns", "/agencies", `/agencies/${mine.id}/members`]) {
        const { body, text } = await mine.owner.call<unknown[]>("GET", path);
        ok(body.data.length > 0);
        ok(!text.includes(other.id) && !text.includes(other.owner.email), path);
      }
      const { body } = await mine.owner.call<Lead[]>("GET", "/leads?pageSize=100");
      deepStrictEqual([body.data.length, body.pagination?.total], [TOTAL, TOTAL]);
      const probe = await mine.owner.data<Isolation>("POST", "/auth/test-isolation");
      strictEqual(probe.isolated, true);
      ok(probe.tables.length > 10);
      for (const { table, rowsOutside } of probe.tables) strictEqual(rowsOutside, 0, table);
    }
  });
});
