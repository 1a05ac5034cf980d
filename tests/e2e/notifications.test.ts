/** A member is told of what concerns them, in the app, and only they. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { assertFailure, campaignWithLeads, foundAgency, join } from "./_agency.ts";
import { follow, live, watch } from "./_live.ts";
import { client, stack } from "./_support.ts";
import type { Notification, NotificationPreference } from "./_types.ts";

Deno.test("an assignee is told, reads it, and chooses not to be told again", async () => {
  const agency = await foundAgency();
  const sales = await join(agency, ["sales"]);
  const { leadIds } = await campaignWithLeads(agency.owner, ["one@x.test", "two@x.test"]);
  const assign = () =>
    agency.owner.data("POST", "/leads/bulk-assign", { ids: leadIds, assignee: sales.email });
  await assign();

  const page = await sales.call<Notification[]>("GET", "/notifications?unread=true");
  deepStrictEqual(page.body.pagination, { page: 1, pageSize: 20, total: 1, totalPages: 1 });
  const [told] = page.body.data;
  ok(told);
  deepStrictEqual([told.type, told.title, told.readAt], [
    "lead.assigned",
    "2 leads were assigned to you",
    null,
  ]);
  deepStrictEqual(told.data, { leads: 2, lead_ids: leadIds.toSorted() });

  // The same by supabase-js, where row level security lets through what is theirs.
  const { data } = await client(sales.token).from("notifications").select("id");
  deepStrictEqual(data, [{ id: told.id }]);
  deepStrictEqual((await client(agency.owner.token).from("notifications").select("id")).data, []);

  const ids = { ids: [told.id] };
  deepStrictEqual(await agency.owner.data("POST", "/notifications/read", ids), {
    marked: 0,
    unread: 0,
  });
  deepStrictEqual(await sales.data("POST", "/notifications/read", ids), { marked: 1, unread: 0 });
  const [read] = await sales.data<Notification[]>("GET", "/notifications");
  ok(read?.readAt);

  deepStrictEqual(
    await sales.data("PUT", "/notifications/preferences/lead.assigned", {
      inApp: false,
      email: false,
    }),
    { type: "lead.assigned", inApp: false, email: false },
  );
  const preferences = await sales.data<NotificationPreference[]>(
    "GET",
    "/notifications/preferences",
  );
  deepStrictEqual(
    preferences.filter(({ inApp }) => !inApp).map(({ type }) => type),
    ["lead.assigned"],
  );
  await agency.owner.data("POST", "/leads/bulk-assign", {
    ids: leadIds,
    assignee: agency.owner.email,
  });
  await assign();
  strictEqual((await sales.data<Notification[]>("GET", "/notifications")).length, 1);
});

Deno.test("who is removed from an agency reads and keeps nothing of it", async () => {
  const agency = await foundAgency();
  const sales = await join(agency, ["sales"]);
  const { leadIds: [id] } = await campaignWithLeads(agency.owner, ["one@x.test"]);
  await agency.owner.data("POST", `/leads/${id}/assign`, { assignee: sales.email });
  strictEqual((await sales.data<Notification[]>("GET", "/notifications")).length, 1);

  await agency.owner.data("DELETE", `/agencies/${agency.id}/members/${sales.id}`);
  assertFailure(
    await sales.call("GET", "/notifications", undefined, { agencyId: agency.id }),
    404,
    "AGENCY_NOT_FOUND",
  );
  deepStrictEqual((await client(sales.token).from("notifications").select("id")).data, []);
});

Deno.test("a notification reaches its user's channel, and by mail their mailbox", async () => {
  const agency = await foundAgency("Harbor & Söhne");
  const sales = await join(agency, ["sales"]);
  const { leadIds: [id] } = await campaignWithLeads(agency.owner, ["ada@x.test"]);
  await using me = await live(sales);
  const { heard } = await follow<{ id: string; title: string }>(me.client, `user:${sales.id}`);
  const rows = await watch(me.client, "notifications");
  await agency.owner.data("POST", `/leads/${id}/assign`, { assignee: sales.email });

  const { event, payload } = await heard.until(() => true);
  deepStrictEqual([event, payload.title], ["notification", "ada@x.test was assigned to you"]);
  // A worker has handed the mail to the server when it marks the row.
  await rows.until(({ new: row }) => row.id === payload.id && row.emailed_at !== null);
  const mails = await mailsTo(sales.email);
  deepStrictEqual(mails.map(({ subject }) => subject), [payload.title]);
  match(mails[0]?.text ?? "", /as a member of Harbor & Söhne/);
});

Deno.test("what one is told soon after a mail comes in one mail later", async () => {
  const agency = await foundAgency();
  const sales = await join(agency, ["sales"]);
  const { leadIds } = await campaignWithLeads(agency.owner, ["a@x.test", "b@x.test", "c@x.test"]);
  await using me = await live(sales);
  const rows = await watch(me.client, "notifications");
  const assign = (id?: string) =>
    agency.owner.data("POST", `/leads/${id}/assign`, { assignee: sales.email });
  const [first, ...others] = leadIds;
  await assign(first);
  await rows.until(({ new: row }) => row.emailed_at !== null);

  for (const id of others) await assign(id);
  const sql = postgres(stack.dbUrl, { max: 1 });
  await sql`update public.notifications set email_queued_at = email_queued_at - interval '5 minutes'
             where agency_id = ${agency.id}`;
  await sql.end();
  await rows.until(({ new: row }) =>
    row.title !== "a@x.test was assigned to you" && row.emailed_at !== null
  );
  const mails = await mailsTo(sales.email);
  deepStrictEqual(mails.map(({ subject }) => subject).sort(), [
    `2 notifications from ${agency.name}`,
    "a@x.test was assigned to you",
  ]);
  const both = mails.find(({ subject }) => subject.startsWith("2 "))?.text ?? "";
  match(both, /b@x\.test was assigned to you/);
  match(both, /c@x\.test was assigned to you/);
});

/** What the mailbox has for an address, invitations left out. */
async function mailsTo(address: string): Promise<{ subject: string; text: string }[]> {
  const response = await fetch(`${stack.mailUrl}/api/messages?to=${encodeURIComponent(address)}`);
  const mails: { subject: string; text: string }[] = await response.json();
  return mails.filter(({ subject }) => !subject.startsWith("Join "));
}
