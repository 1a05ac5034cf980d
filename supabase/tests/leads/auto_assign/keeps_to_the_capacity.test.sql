begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('acme', 'Other');
update public.membership_roles set role = 'sales' where user_id = tests.id('acme/coach');
select tests.create_lead('acme', 'Other', jsonb_build_object('email', s || '.had@x.test', 'status', s)) from unnest('{new,contacted,rejected,converted}'::text[]) as s;
update public.leads set assigned_to = tests.id('acme/coach'), assigned_at = '2026-01-01Z';
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', n || '@x.test')) from generate_series(1, 8) as n;

create function pg_temp.given() returns text[] language sql as $$
  select array(select split_part(p.email::text, '@', 1) || ' ' || count(*) from public.leads as l
    join public.profiles as p on p.id = l.assigned_to
   where l.status not in ('rejected', 'converted') group by p.email order by 1)
$$;
select tests.act_as('acme', 'manager');
select is(public.auto_assign_leads(tests.id('acme/Launch'), 'capacity', capacity => 4) - 'results', '{"assigned": 6, "unassigned": 2}',
  'no more are given than there is room');
select tests.act_as_postgres();
select is(pg_temp.given(), '{"coach 4","sales 4"}', 'open leads of every campaign count, closed ones do not');
select tests.act_as('acme', 'manager');
select is(public.auto_assign_leads(tests.id('acme/Launch'), capacity => 4) -> 'unassigned', '2', 'who is full gets none by other strategies too');
select is(public.auto_assign_leads(tests.id('acme/Launch'), capacity => 1) -> 'assigned', '0', 'nor with less room than they hold');
select is(public.auto_assign_leads(tests.id('acme/Launch'), capacity => 5) -> 'assigned', '2', 'with more room the rest is given');

-- Without a limit whoever holds fewest comes first.
select tests.act_as_postgres();
update public.leads set assigned_to = null, assigned_at = null where email ~ '^\d';
select tests.act_as('acme', 'manager');
select is(public.auto_assign_leads(tests.id('acme/Launch'), 'capacity') -> 'assigned', '8', 'without a limit all are given');
select tests.act_as_postgres();
select is(pg_temp.given(), '{"coach 5","sales 5"}', 'so that all hold alike');
select ok(bool_and(assignment_reason ~ '^capacity: open lead number [1-5] of this member$'), 'the reason is kept')
  from public.leads where email ~ '^\d';

select tests.act_as('acme', 'manager');
select throws_ok($$ select public.auto_assign_leads(tests.id('acme/Launch'), capacity => 0) $$, 'PT422', 'capacity_not_positive', 'room for none is refused');
select throws_ok($$ select public.auto_assign_leads(tests.id('acme/Launch'), 'by_name') $$, 'PT422', 'strategy_unknown', 'another strategy is none');
select throws_ok($$ select public.auto_assign_leads(tests.id('acme/Launch'), null) $$, 'PT422', 'strategy_unknown', 'nor is nothing');
select tests.act_as('acme', 'sales');
select throws_ok($$ select public.auto_assign_leads(tests.id('acme/Launch')) $$, 'PT403', 'permission_denied', 'sales does not assign');

select * from finish();
rollback;
