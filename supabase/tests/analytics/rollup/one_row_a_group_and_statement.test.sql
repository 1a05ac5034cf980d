-- Writers pay for groups, not for rows: a statement appends one delta for each thing that changed.
begin;
select plan(6);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
create function pg_temp.deltas() returns bigint language sql as $$
  with gone as (delete from private.lead_metric_deltas returning 1) select count(*) from gone
$$;
insert into public.leads (agency_id, campaign_id, email, status)
select tests.id('acme'), tests.id('acme/Launch'), n || '@x.test', 'contacted' from generate_series(1, 500) as n;
select is(pg_temp.deltas(), 1::bigint, 'an insert of many alike');
update public.leads set status = 'rejected';
select cmp_ok(pg_temp.deltas(), '<=', 4::bigint, 'an update of them takes from one group and adds to another');
update public.leads set deleted_at = now() where email ~ '^1';
select cmp_ok(pg_temp.deltas(), '<=', 2::bigint, 'a deletion takes');
update public.leads set deleted_at = null where email ~ '^1';
select cmp_ok(pg_temp.deltas(), '<=', 2::bigint, 'a restoration adds');
update public.leads set city = 'x' where false;
select is(pg_temp.deltas(), 0::bigint, 'nothing changed, nothing appended');
delete from public.leads;
select cmp_ok(pg_temp.deltas(), '<=', 2::bigint, 'all gone');

select * from finish();
rollback;
