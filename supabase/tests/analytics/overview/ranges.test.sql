begin;
select plan(19);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('acme', 'Other');
select tests.create_campaign('globex', 'Foreign');
update public.campaigns set status = 'active' where name = 'Launch';
-- One lead on each side of every edge.
insert into public.leads (agency_id, campaign_id, email, created_at)
select tests.id('acme'), tests.id(case when n % 2 = 0 then 'acme/Launch' else 'acme/Other' end), n || '@x.test',
       ((now() at time zone 'UTC')::date - n + time '12:00') at time zone 'UTC'
  from unnest('{0,6,7,13,14,29,30,59,60,89,90,179,180,364,365,729,730}'::int[]) as n;
insert into public.leads (agency_id, campaign_id, email) values (tests.id('globex'), tests.id('globex/Foreign'), 'foreign@x.test');

create function pg_temp.checked() returns setof text language plpgsql as $$
begin
  return query
    select is(public.get_agency_overview(range => r) -> 'totals' -> 'total', to_jsonb(t), format('leads created in %s', r))
      from (values ('7d', 2), ('30d', 6), ('90d', 10), ('1y', 14)) as v (r, t)
    union all
    select is(public.get_agency_overview(range => r) -> 'previous' -> 'total', to_jsonb(p), format('and in the %s before', r))
      from (values ('7d', 2), ('30d', 2), ('90d', 2), ('1y', 2)) as v (r, p);
end;
$$;
grant execute on function pg_temp.checked() to public;
select tests.act_as('acme', 'analyst');
select * from pg_temp.checked();
select is(public.get_agency_overview(range => '7d') -> 'range',
  jsonb_build_object('name', '7d', 'from', (now() at time zone 'UTC')::date - 6, 'to', (now() at time zone 'UTC')::date), 'the range is told');
select is(public.get_agency_overview(), public.get_agency_overview(range => '30d'), '30 days are the default');
select is(public.get_agency_overview() -> 'campaigns', '{"total": 2, "active": 1}', 'the agency''s campaigns are counted');
select is(public.get_agency_overview() ->> 'agency_id', tests.id('acme')::text, 'the agency is named');

select throws_ok(format('select public.get_agency_overview(range => %L)', r), 'PT422', 'range_unknown', format('%s is no range', coalesce(r, 'null')))
  from unnest(array['2d', '', null]) as r;
select throws_ok($$ select public.get_agency_overview(tests.id('globex')) $$, 'PT404', 'agency_not_found', 'another agency has no overview');
select tests.act_as('acme', 'coach');
select throws_ok($$ select public.get_agency_overview() $$, 'PT403', 'permission_denied', 'nor has who may not see figures');
select tests.act_as('globex', 'analyst');
select is(public.get_agency_overview() -> 'totals' -> 'total', '1', 'each agency has its own');
select tests.act_as_anon();
select throws_ok($$ select public.get_agency_overview() $$, '42501', null, 'anon none');

select * from finish();
rollback;
