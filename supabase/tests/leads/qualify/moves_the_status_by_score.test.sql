-- 1 and 2 reject, 3 leaves the status, 4 and 5 qualify: from each status there is.
begin;
select plan(62);

select tests.create_agency('acme');
insert into public.campaigns (agency_id, name) values (tests.id('acme'), 'Launch');
insert into public.leads (agency_id, campaign_id, email, status, last_contacted_at)
select c.agency_id, c.id, format('%s%s@x.test', s, n), s, '2026-01-01Z'
  from public.campaigns as c, unnest(enum_range(null::public.lead_status)) as s, generate_series(1, 5) as n;
select tests.remember('acme/' || email, id) from public.leads;

select tests.act_as('acme', 'manager');
select is(
  (public.qualify_lead(tests.id(format('acme/%s%s@x.test', s, n)), n)).status::text,
  case when n <= 2 then 'rejected' when n = 3 or s = 'converted' then s::text else 'qualified' end,
  format('%s judged %s', s, n))
  from unnest(enum_range(null::public.lead_status)) as s, generate_series(1, 5) as n;
select is(
  (select jsonb_agg(payload - 'reason') from tests.moves_of(format('acme/%s%s@x.test', s, n))),
  case when (tests.lead(format('acme/%s%s@x.test', s, n))).status <> s
    then jsonb_build_array(jsonb_build_object('from', s, 'to', (tests.lead(format('acme/%s%s@x.test', s, n))).status)) end,
  format('%s judged %s is among its activities where it moved', s, n))
  from unnest(enum_range(null::public.lead_status)) as s, generate_series(1, 5) as n;

select is((tests.lead('acme/new5@x.test')).qualified_at, now(), 'qualifying sets the time');
select is((tests.lead('acme/new1@x.test')).qualified_at, null, 'rejecting does not');

select * from finish();
rollback;
