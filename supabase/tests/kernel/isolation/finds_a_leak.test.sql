-- A probe that always said zero would prove nothing: open one door after the other and see it found.
begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) select id, 'Client' from public.agencies;
select tests.create_campaign(s, 'Launch') from unnest('{acme,globex}'::text[]) as s;
select tests.create_lead('globex', 'Launch', jsonb_build_object('email', n || '@x.test')) from generate_series(1, 3) as n;

create function pg_temp.leaks_in(relation text) returns bigint language plpgsql as $$
declare
  v_rows bigint;
begin
  perform tests.act_as('acme', 'coach');
  select (t ->> 'rows_outside')::bigint into v_rows
    from jsonb_array_elements(public.test_isolation() -> 'tables') as t where t ->> 'table' = relation;
  perform tests.act_as_postgres();
  return v_rows;
end;
$$;

create policy leak on public.leads for select to authenticated using (true);
select is(pg_temp.leaks_in('leads'), 3::bigint, 'leads of another agency are counted');
select is(pg_temp.leaks_in('lead_details'), 3::bigint, 'and those that a view shows');
select is(pg_temp.leaks_in('lead_pipeline'), 1::bigint, 'every view');
select is(pg_temp.leaks_in('campaigns'), 0::bigint, 'what is closed stays zero');
drop policy leak on public.leads;
select is(pg_temp.leaks_in('leads'), 0::bigint, 'closed again it is zero again');

alter policy campaigns_select_readers on public.campaigns using (true);
select is(pg_temp.leaks_in('campaigns'), 1::bigint, 'a policy made loose is found');
alter table public.clients disable row level security;
select is(pg_temp.leaks_in('clients'), 1::bigint, 'row level security switched off is found');
alter policy agencies_select_members on public.agencies using (true);
select is(pg_temp.leaks_in('agencies'), 1::bigint, 'an agency in sight is found');
alter policy memberships_select_self_and_readers on public.memberships using (true);
select is(pg_temp.leaks_in('memberships'), (select count(*) from public.roles), 'other people''s seats are found');
alter policy audit_log_select_readers on public.audit_log using (true);
select cmp_ok(pg_temp.leaks_in('audit_log'), '>', 0::bigint, 'so is another agency''s log');

create view public.loose as select agency_id, email from public.leads;
grant select on public.loose to authenticated;
select is(pg_temp.leaks_in('loose'), 3::bigint, 'a view that runs as its owner is found');

select tests.act_as('acme', 'coach');
select is(public.test_isolation() -> 'isolated', 'false', 'and the whole is called a leak');

select * from finish();
rollback;
