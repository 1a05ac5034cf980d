begin;
select plan(22);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
create function pg_temp.milestones(key text default 'acme/lead@x.test') returns text language sql as $$
  select concat_ws(' ', case when l.last_contacted_at is not null then 'contacted' end, case when l.responded_at is not null then 'responded' end,
    case when l.qualified_at is not null then 'qualified' end, case when l.converted_at is not null then 'converted' end)
    from tests.lead(key) as l
$$;
create function pg_temp.moved_to(status text) returns text language plpgsql as $$
begin
  perform tests.act_as('acme', 'manager');
  perform public.update_lead(tests.id('acme/lead@x.test'), jsonb_build_object('status', moved_to.status));
  perform tests.act_as_postgres();
  return pg_temp.milestones();
end;
$$;
select is(pg_temp.milestones(), '', 'a new lead has none');
select is(pg_temp.moved_to('contacted'), 'contacted', 'contacting sets its time');
select is(pg_temp.moved_to('responded'), 'contacted responded', 'an answer its own');
select is(pg_temp.moved_to('qualified'), 'contacted responded qualified', 'and so on');
select is(pg_temp.moved_to('converted'), 'contacted responded qualified converted', 'to the end');
select is(pg_temp.moved_to('rejected'), 'contacted responded qualified converted', 'rejecting keeps what was reached');
select is(pg_temp.moved_to('qualified'), 'contacted responded qualified', 'moving back takes back what came later');
select is(pg_temp.moved_to('responded'), 'contacted responded', 'step');
select is(pg_temp.moved_to('contacted'), 'contacted', 'by step');
select is(pg_temp.moved_to('converted'), 'contacted converted', 'a jump sets the time of where it lands');

update public.leads set last_contacted_at = '2026-01-01Z' where id = tests.id('acme/lead@x.test');
select is(pg_temp.moved_to('rejected') is not null and (tests.lead('acme/lead@x.test')).last_contacted_at = '2026-01-01Z', true, 'a time that is there');
select is(pg_temp.moved_to('contacted') is not null and (tests.lead('acme/lead@x.test')).last_contacted_at = '2026-01-01Z', true, 'is not set again');

-- A person may take a time away or set it; the status alone does not bring it back.
select tests.act_as('acme', 'manager');
select is((public.update_lead(tests.id('acme/lead@x.test'), '{"last_contacted_at": null}')).last_contacted_at, null, 'a time taken away');
select is((public.update_lead(tests.id('acme/lead@x.test'), '{"status": "contacted", "city": "x"}')).last_contacted_at, null, 'stays away while the status stays');
select tests.act_as_postgres();
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', s || '@x.test', 'status', s)) from unnest(enum_range(null::public.lead_status)) as s;
select is(pg_temp.milestones(format('acme/%s@x.test', s)), case when s in ('new', 'rejected') then '' else s::text end, format('a lead that comes in as %s', s))
  from unnest(enum_range(null::public.lead_status)) as s;
select tests.create_lead('acme', 'Launch', '{"email": "dated@x.test", "status": "converted", "converted_at": "2026-01-02T00:00:00Z"}');
select is((tests.lead('acme/dated@x.test')).converted_at, '2026-01-02Z', 'a time that was given is kept');
select is(bool_and(qualified_at is null or qualified_at = now()), true, 'others are now') from public.leads;

select * from finish();
rollback;
