/** Whatever owners do to each other at once, an active one stays. */

import { ok } from "node:assert/strict";
import { outcomes } from "./_outcomes.ts";
import { seeded } from "./_random.ts";
import { withDatabase } from "./_support.ts";

const ROUNDS = 12;
const OWNERS = ["owner", "admin", "manager", "sales"];
const EXPECTED = ["last_owner", "agency_not_found", "member_not_found", "permission_denied"];
EXPECTED.push("owner_required", "transfer_needs_another_active_member", "user_not_found");
EXPECTED.push("permission_not_held");

Deno.test(
  "parallel suspensions, removals, demotions and transfers leave an active owner",
  seeded(async (random) => {
    await withDatabase(async (db) => {
      await db.owner`select tests.create_staff('staff@x.test')`;
      for (let round = 0; round < ROUNDS; round++) {
        const slug = `agency-${round}`;
        await db.owner`select tests.create_agency(${slug})`;
        const [agency] = await db.owner<{ id: string }[]>`select tests.id(${slug})`;
        const id = agency!.id;
        await db.owner`
          insert into public.membership_roles (agency_id, user_id, role)
          select ${id}, tests.id(${slug} || '/' || r), 'owner' from unnest(${OWNERS}::text[]) as r
          on conflict do nothing`;
        // Everyone has a go at everyone, themselves included.
        const attempts = OWNERS.flatMap((who) => OWNERS.map((whom) => ({ who, whom })));
        const results = await outcomes(
          random.shuffled(attempts).map(async ({ who, whom }) => {
            const [user] = await db.owner<{ id: string }[]>`select tests.id(${slug + "/" + whom})`;
            const victim = user!.id;
            const kind = random.below(5);
            if (kind === 4) {
              return await db.owner.begin((tx) =>
                tx`select tests.act_as_user(tests.id('staff@x.test'))`.then(() =>
                  tx`select public.delete_user(${victim})`
                )
              );
            }
            return await db.as(slug, who, (tx) =>
              [
                () => tx`select public.suspend_member(${id}, ${victim})`,
                () => tx`select public.remove_member(${id}, ${victim})`,
                () => tx`select public.set_member_roles(${id}, ${victim}, '{admin}')`,
                () => tx`select public.transfer_agency(${id}, ${victim})`,
              ][kind]!());
          }),
        );
        for (const { error } of results) {
          ok(
            !error || EXPECTED.includes(error.message),
            `unexpected: ${error?.code} ${error?.message}`,
          );
        }
        const [left] = await db.owner<{ owners: number }[]>`
          select count(*)::int as owners from public.membership_roles as mr
            join public.memberships as m on m.agency_id = mr.agency_id and m.user_id = mr.user_id
           where mr.agency_id = ${id} and mr.role = 'owner' and m.status = 'active'`;
        ok(left!.owners >= 1, "an owner is left");
      }
    });
  }),
);
