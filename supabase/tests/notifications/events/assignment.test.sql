begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', n || '@x.test', 'last_name', 'Lead ' || n)) from generate_series(1, 9) as n;
update public.membership_roles set role = 'sales' where user_id = tests.id('acme/creator');
create function pg_temp.told() returns table (who text, title text, data jsonb) language sql security definer as $$
  with t as (delete from public.notifications returning *)
  select split_part(p.email::text, '@', 1), t.title, t.data from t join public.profiles as p on p.id = t.user_id
   where t.type = 'lead.assigned' order by 1;
$$;
grant execute on function pg_temp.told() to public;
select tests.act_as('acme', 'manager');

select public.assign_lead(tests.id('acme/1@x.test'), 'sales@acme.test');
select results_eq('select * from pg_temp.told()',
  $$ values ('sales', 'Lead 1 was assigned to you', jsonb_build_object('leads', 1, 'lead_ids', jsonb_build_array(tests.id('acme/1@x.test')))) $$,
  'one lead is told by its name');
select public.assign_lead(tests.id('acme/1@x.test'), 'sales@acme.test');
select is_empty('select * from pg_temp.told()', 'again to the same is no news');
select public.assign_lead(tests.id('acme/2@x.test'), 'manager@acme.test');
select is_empty('select * from pg_temp.told()', 'nobody is told what they did themselves');

select public.bulk_assign_leads(array[tests.id('acme/1@x.test'), tests.id('acme/2@x.test'), tests.id('acme/3@x.test')], 'sales@acme.test', tests.id('acme'));
select results_eq('select * from pg_temp.told()',
  $$ values ('sales', '2 leads were assigned to you', jsonb_build_object('leads', 2, 'lead_ids', (
       select jsonb_agg(i order by i) from unnest(array[tests.id('acme/2@x.test'), tests.id('acme/3@x.test')]) as i))) $$,
  'many at once are one notification, that counts just those that changed hands');
select public.bulk_assign_leads(array[tests.id('acme/1@x.test')], 'sales@acme.test', tests.id('acme'));
select is_empty('select * from pg_temp.told()', 'nothing changed hands, nobody is told');
select throws_ok(format('select public.bulk_assign_leads(array[%L]::uuid[], %L, %L)', tests.id('acme/1@x.test'), 'analyst@acme.test', tests.id('acme')),
  'PT422', 'assignee_may_not_hold_leads', 'a refusal');
select is_empty('select * from pg_temp.told()', 'tells nobody');

select public.auto_assign_leads(tests.id('acme/Launch'));
select results_eq($$ select who, title, (data ->> 'leads')::integer, jsonb_array_length(data -> 'lead_ids') from pg_temp.told() $$,
  $$ values ('creator', '3 leads were assigned to you', 3, 3), ('sales', '3 leads were assigned to you', 3, 3) $$,
  'automatic assignment tells each assignee once');
select public.auto_assign_leads(tests.id('acme/Launch'));
select is_empty('select * from pg_temp.told()', 'with nothing to give, nobody is told');

select * from finish();
rollback;
