begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('acme', 'Other');
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', n || '@x.test')) from generate_series(1, 7) as n;
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', s || '@x.test', 'status', s)) from unnest('{converted,rejected}'::text[]) as s;
select tests.create_lead('acme', 'Other', '{"email": "other@x.test"}');
update public.leads set created_at = now() - make_interval(mins => 100 - split_part(email::text, '@', 1)::integer) where email ~ '^\d';
-- Three who work what is assigned to them; the one longest without a lead goes first.
update public.membership_roles set role = 'sales' where user_id in (tests.id('acme/creator'), tests.id('acme/coach'));
select tests.create_lead('acme', 'Other', jsonb_build_object('email', r || '.had@x.test')) from unnest('{coach,creator,sales}'::text[]) as r;
update public.leads set assigned_to = tests.id('acme/' || split_part(email::text, '.', 1)), assigned_at = v.at
  from (values ('coach', '2026-01-01Z'::timestamptz), ('creator', '2026-01-02Z'), ('sales', '2026-01-03Z')) as v (name, at)
 where email = v.name || '.had@x.test';
-- Whose turn it is does not depend on how many they hold.
select tests.create_lead('acme', 'Other', '{"email": "more@x.test"}');
update public.leads set assigned_to = tests.id('acme/coach'), assigned_at = '2025-01-01Z' where email = 'more@x.test';
select tests.watch('globex');
select tests.new_events();

select tests.act_as('acme', 'manager');
create temporary table answers as select public.auto_assign_leads(tests.id('acme/Launch')) as answer;
select is(answer - 'results', '{"assigned": 7, "unassigned": 0}', 'every open lead of the campaign is given') from answers;
select is(
  array(select split_part(p.email::text, '@', 1) from generate_series(1, 7) as n,
    public.profiles as p where p.id = (tests.lead('acme/' || n || '@x.test')).assigned_to order by n),
  '{coach,creator,sales,coach,creator,sales,coach}', 'the oldest first, in turn, beginning with who waited longest');
select is((tests.lead('acme/4@x.test')).assignment_reason, 'round_robin: open lead number 4 of this member', 'the reason is kept');
select is((tests.lead('acme/4@x.test')).assigned_at, now(), 'and the time');
select results_eq(
  $$ select (r ->> 'id')::uuid, (r ->> 'assigned_to')::uuid, r ->> 'reason' from answers, jsonb_array_elements(answer -> 'results') as r
      order by 1 $$,
  $$ select l.id, l.assigned_to, l.assignment_reason from public.leads as l where l.email ~ '^\d' order by 1 $$,
  'the answer tells each');
select is((tests.lead('acme/' || s || '@x.test')).assigned_to, null, format('a lead that is %s is given to nobody', s))
  from unnest('{converted,rejected}'::text[]) as s;
select is((tests.lead('acme/other@x.test')).assigned_to, null, 'nor one of another campaign');
select results_eq(
  $$ select agency_id, action, after -> 'assigned', after ->> 'strategy', after ->> 'campaign_id' from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.auto_assigned', '7'::jsonb, 'round_robin', tests.id('acme/Launch')::text) $$,
  'one audit event tells of it');
select is(public.auto_assign_leads(tests.id('acme/Launch')), '{"assigned": 0, "unassigned": 0, "results": []}', 'again there is nothing to give');
select tests.is_untouched('globex');

select * from finish();
rollback;
