import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type Outcome, outcomes, summary } from "./_outcomes.ts";
import { someoneWaits, type TestDatabase, withDatabase } from "./_support.ts";

const times = <T>(n: number, make: (n: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(i));

/** An open invitation of somebody who is a member of another agency; answers its token. */
async function invite(db: TestDatabase, email: string): Promise<string> {
  return await db.as("acme", "owner", async (tx) => {
    const [row] = await tx<{ token: string }[]>`
      select public.invite_member(tests.id('acme'), ${email}, '{sales}') ->> 'token' as token`;
    return row!.token;
  });
}

Deno.test("one invitation accepted many times at once is accepted once", async () => {
  await withDatabase(async (db) => {
    for (const slug of ["acme", "globex"]) await db.owner`select tests.create_agency(${slug})`;
    const token = await invite(db, "sales@globex.test");
    const results = await outcomes(
      times(
        8,
        () => db.as("globex", "sales", (tx) => tx`select public.accept_invitation(${token})`),
      ),
    );

    deepStrictEqual(summary(results), [
      ...times(7, () => "PT404 invitation_not_open"),
      "ok",
    ]);
    const [there] = await db.owner`
      select (select count(*)::int from public.memberships
               where agency_id = tests.id('acme') and user_id = tests.id('globex/sales')) as seats,
             (select count(*)::int from public.audit_log where action = 'invitation.accepted') as events`;
    deepStrictEqual(there, { seats: 1, events: 1 });
  });
});

Deno.test("an invitation is accepted or revoked, never both", async () => {
  await withDatabase(async (db) => {
    for (const slug of ["acme", "globex"]) await db.owner`select tests.create_agency(${slug})`;
    const others = await db.owner<
      { role: string }[]
    >`select role from public.roles where role <> 'owner'`;
    for (const { role } of others) {
      const token = await invite(db, `${role}@globex.test`);
      const [row] = await db.owner<{ id: string }[]>`
        select id from public.invitations order by created_at desc, id desc limit 1`;
      const [accepted, revoked] = await outcomes<unknown>([
        db.as("globex", role, (tx) => tx`select public.accept_invitation(${token})`),
        db.as("acme", "owner", (tx) => tx`select public.revoke_invitation(${row!.id})`),
      ]);
      deepStrictEqual(
        [accepted!.error?.message, revoked!.error?.message].filter((message) => message),
        [accepted!.error ? "invitation_not_open" : "invitation_accepted"],
      );
    }
    const [both] = await db.owner`
      select count(*)::int as n from public.invitations
       where (accepted_at is null) = (revoked_at is null)`;
    deepStrictEqual(both, { n: 0 });
  });
});

Deno.test("one invitation is open for an address, however many are made at once", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    const results = await outcomes(times(6, () => invite(db, "new@example.test")));
    deepStrictEqual(summary(results), times(6, () => "ok"));
    const [there] = await db.owner`
      select count(*)::int as made, count(*) filter (where revoked_at is null)::int as open
        from public.invitations`;
    deepStrictEqual(there, { made: 6, open: 1 });
  });
});

Deno.test("whoever is removed meanwhile invites nobody", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    let invited: Promise<Outcome<unknown>[]> | undefined;
    await db.as("acme", "owner", async (tx) => {
      await tx`select public.remove_member(tests.id('acme'), tests.id('acme/admin'))`;
      invited = outcomes([
        db.as(
          "acme",
          "admin",
          (other) =>
            other`select public.invite_member(tests.id('acme'), 'back@example.test', '{sales}')`,
        ),
      ]);
      await someoneWaits(db, invited);
    });
    deepStrictEqual(summary(await invited!), ["PT404 agency_not_found"]);
    const [left] = await db.owner`select count(*)::int as n from public.invitations`;
    deepStrictEqual(left, { n: 0 });
  });
});

Deno.test("a role that is being offered is not deleted", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await db.as(
      "acme",
      "owner",
      (tx) =>
        tx`select public.set_agency_role(tests.id('acme'), 'custom:intern', 'Intern', '{leads.read}')`,
    );
    let deleted: Promise<Outcome<unknown>[]> | undefined;
    await db.as("acme", "admin", async (tx) => {
      await tx`select public.invite_member(tests.id('acme'), 'new@example.test', '{custom:intern}')`;
      deleted = outcomes([
        db.as(
          "acme",
          "owner",
          (other) => other`select public.delete_agency_role(tests.id('acme'), 'custom:intern')`,
        ),
      ]);
      await someoneWaits(db, deleted);
    });
    deepStrictEqual(summary(await deleted!), ["PT409 role_in_use"]);
  });
});

Deno.test("to accept waits for whoever changes the agency's members, and holds nothing they need", async () => {
  await withDatabase(async (db) => {
    for (const slug of ["acme", "globex"]) await db.owner`select tests.create_agency(${slug})`;
    const token = await invite(db, "sales@globex.test");
    let accepted: Promise<Outcome<unknown>[]> | undefined;
    await db.as("acme", "admin", async (tx) => {
      await tx`select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{analyst}')`;
      accepted = outcomes([
        db.as("globex", "sales", (other) => other`select public.accept_invitation(${token})`),
      ]);
      await someoneWaits(db, accepted);
      await tx`select public.invite_member(tests.id('acme'), 'sales@globex.test', '{analyst}')`;
    });
    deepStrictEqual(summary(await accepted!), ["PT404 invitation_not_open"]);
  });
});

Deno.test("two owners who demote each other at once leave one owner", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    const demote = (by: string, whom: string) =>
      db.as(
        "acme",
        by,
        (tx) =>
          tx`select public.set_member_roles(tests.id('acme'), tests.id(${
            "acme/" + whom
          }), '{admin}')`,
      );

    for (let round = 0; round < 10; round++) {
      await db.owner`
        insert into public.membership_roles (agency_id, user_id, role)
        select tests.id('acme'), tests.id(u), 'owner' from unnest('{acme/owner,acme/admin}'::text[]) as u
        on conflict do nothing`;
      const results = await outcomes([demote("owner", "admin"), demote("admin", "owner")]);
      strictEqual(results.filter(({ error }) => !error).length, 1, summary(results).join());
      const [owners] = await db.owner`
        select count(*)::int as n from public.membership_roles where role = 'owner'`;
      deepStrictEqual(owners, { n: 1 });
    }
  });
});

Deno.test("owners who all step down at once leave the last one", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    const people = ["owner", "admin", "manager", "sales"];
    await db.owner`
      insert into public.membership_roles (agency_id, user_id, role)
      select tests.id('acme'), tests.id('acme/' || p), 'owner' from unnest(${people}::text[]) as p
      on conflict do nothing`;
    const results = await outcomes(
      people.map((who) =>
        db.as(
          "acme",
          who,
          (tx) =>
            tx`select public.set_member_roles(tests.id('acme'), tests.id(${
              "acme/" + who
            }), '{analyst}')`,
        )
      ),
    );
    deepStrictEqual(summary(results), ["PT409 last_owner", "ok", "ok", "ok"]);
  });
});

Deno.test("agencies of one name made at once get slugs of their own", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('globex')`;
    const roles = ["owner", "admin", "manager", "sales", "analyst", "creator", "coach", "vendor"];
    const create = (slug: string | null) =>
      outcomes(
        roles.map((role) =>
          db.as("globex", role, (tx) => tx`select public.create_agency('Acme', ${slug})`)
        ),
      );

    deepStrictEqual(summary(await create(null)), roles.map(() => "ok"));
    const [made] = await db.owner`
      select count(*)::int as agencies, count(distinct slug)::int as slugs,
             count(*) filter (where slug = 'acme')::int as plain from public.agencies where name = 'Acme'`;
    deepStrictEqual(made, { agencies: roles.length, slugs: roles.length, plain: 1 });

    deepStrictEqual(summary(await create("chosen")), [
      ...roles.slice(1).map(() => "PT409 agency_slug_taken"),
      "ok",
    ]);
  });
});

Deno.test("a change of roles does not wait for an import", async () => {
  await withDatabase(async (db) => {
    await db.owner`select tests.create_agency('acme')`;
    await db.owner`select tests.create_campaign('acme', 'Launch')`;
    await db.as("acme", "manager", async (tx) => {
      await tx`select public.import_leads(tests.id('acme/Launch'), '[{"email": "a@x.test"}]')`;
      // While the import is not committed; were it to wait, it would wait for us and for ever.
      await db.as("acme", "owner", async (other) => {
        await other`set local lock_timeout = '5s'`;
        await other`select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{analyst}')`;
      });
    });
  });
});
