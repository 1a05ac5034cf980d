/** Mails are put in line by the clock: none is lost, none twice, and nobody waits for it. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type TestDatabase, withDatabase } from "./_support.ts";

const MEMBERS = ["sales", "manager", "admin", "coach"];

/** Tells a member of acme something, by mail too. */
async function tell({ owner }: TestDatabase, member: string, title: string): Promise<void> {
  await owner`
    select private.notify(tests.id('acme'), array[tests.id(${`acme/${member}`})], 'lead.assigned', ${title})`;
}

/** Lets the five minutes after a mail pass. */
async function pause({ owner }: TestDatabase): Promise<void> {
  await owner`update public.notifications set email_queued_at = email_queued_at - interval '5 minutes'
               where email_queued_at is not null`;
}

/** Lets the clock tick: how many mails it puts in line. */
async function tick({ owner }: TestDatabase): Promise<number> {
  return await owner.begin(async (tx) => {
    await tx`set local lock_timeout = '10s'`; // one that waited would wait for ever
    const [row] = await tx<{ made: number }[]>`
      select private.enqueue_notification_emails()::int as made`;
    return row?.made ?? 0;
  });
}

Deno.test("each notification is in one mail, however many tell and however many clocks tick", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    let telling = true;
    const clocks = [tick, tick, pause].map(async (turn) => {
      while (telling) await turn(db);
    });
    await Promise.all(MEMBERS.map(async (member) => {
      for (let n = 0; n < 20; n++) await tell(db, member, `${member} ${n}`);
    }));
    telling = false;
    await Promise.all(clocks);
    await pause(db);
    await tick(db);
    const rows = await db.owner<{ title: string; mails: number }[]>`
      select n.title, count(t.id)::int as mails
        from public.notifications as n
        left join private.tasks as t
          on t.kind = 'notification.email' and t.payload -> 'notification_ids' ? n.id::text
       group by n.agency_id, n.id order by n.title`;
    const all = MEMBERS.flatMap((member) => Array.from({ length: 20 }, (_, n) => `${member} ${n}`));
    deepStrictEqual(
      rows.map(({ title, mails }) => `${mails} of ${title}`),
      all.toSorted().map((title) => `1 of ${title}`),
    );
    const mixed = await db.owner`
      select t.id
        from private.tasks as t
        join public.notifications as n on t.payload -> 'notification_ids' ? n.id::text
       where t.kind = 'notification.email'
       group by t.id having count(distinct n.user_id) > 1`;
    strictEqual(mixed.length, 0, "and a mail is one person's");
  });
});

Deno.test("the clock waits for nobody who is just reading, and what ended unread is mailed", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await tell(db, "sales", "One");
    await tell(db, "manager", "Other");
    const undone = new Error("undone");
    await db.as("acme", "sales", async (tx) => {
      await tx`select public.mark_notifications_read()`;
      strictEqual(await tick(db), 1, "another's goes on");
      throw undone;
    }).catch((error) => strictEqual(error, undone));
    strictEqual(await tick(db), 1);
    await pause(db);
    strictEqual(await tick(db), 0);
  });
});

Deno.test("a tick that dies before its end leaves everything waiting", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await tell(db, "sales", "One");
    const died = new Error("died");
    await db.owner.begin(async (tx) => {
      await tx`select private.enqueue_notification_emails()`;
      throw died;
    }).catch((error) => strictEqual(error, died));
    strictEqual(
      (await db.owner`select from private.tasks where kind = 'notification.email'`).length,
      0,
    );
    strictEqual(await tick(db), 1);
  });
});
