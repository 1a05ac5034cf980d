begin;
select plan(15);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'Fair');
select tests.create_job('acme', 'job', 'Fair', 'Spring');
create function pg_temp.told() returns setof text language sql as $$
  select format('%s %s %s', s.event, s.payload ->> 'status', s.payload ->> 'rows_read')
    from tests.sent('job:' || tests.id('acme/job')) as s where s.event = 'progress'
$$;
create function pg_temp.agency_told() returns setof text language sql as $$
  select format('%s %s %s', s.event, s.payload ->> 'status', s.payload ->> 'rows_read')
    from tests.sent('agency:' || tests.id('acme') || ':jobs') as s
$$;
create function pg_temp.reads(rows integer) returns void language sql as $$
  update public.scraping_jobs set rows_total = 100, rows_read = rows, rows_created = rows
$$;
select results_eq('select * from pg_temp.told()', $$ values ('progress pending 0') $$, 'a new job is told');
select results_eq('select * from pg_temp.agency_told()', $$ values ('job pending 0') $$, 'to who follows the agency''s jobs as well');

select tests.move_job('acme/job', 'start');
select results_eq('select * from pg_temp.told()', $$ values ('progress running 0') $$, 'a move is told however soon it comes');
select pg_temp.reads(10), pg_temp.reads(20);
select is_empty('select * from pg_temp.told()', 'progress waits for half a second');
select is(private.announce_due(), 0, 'with the clock too');
select pg_temp.reads(30);
update private.announcements set at = at - interval '500 milliseconds';
select pg_temp.reads(40);
select results_eq('select * from pg_temp.told()', $$ values ('progress running 40') $$, 'then it is told, as it is');
select pg_temp.reads(50);
update private.announcements set at = at - interval '500 milliseconds';
select is(private.announce_due(), 1, 'what came too soon is told by the clock');
select results_eq('select * from pg_temp.told()', $$ values ('progress running 50') $$, 'even if nothing follows');
select is((select count(*) from private.announcements_due), 0::bigint, 'and done with');
select is(array(select * from pg_temp.agency_told()), '{"job running 0","job running 40","job running 50"}', 'the agency''s topic hears the same');

update public.scraping_jobs set seen_at = clock_timestamp();
select is((select count(*) from private.announcements_due), 0::bigint, 'a sign of life is no news');

select pg_temp.reads(60);
select tests.move_job('acme/job', 'pause'), tests.move_job('acme/job', 'resume'), tests.move_job('acme/job', 'cancel');
select results_eq('select * from pg_temp.told()', $$ values ('progress paused 60'), ('progress running 60'), ('progress cancelled 60') $$,
  'every move is told, the last one with the last counts');
update private.announcements set at = at - interval '1 second';
select private.announce_due();
select is_empty('select * from pg_temp.told()', 'and nothing after it');

update private.announcements set at = at - interval '2 days';
select private.sweep_announcements();
select is((select count(*) from private.announcements), 0::bigint, 'what was told is forgotten after a day');
select is_empty($$ select payload from realtime.messages where payload ? 'checkpoint' or payload ? 'params' $$, 'nothing that readers of jobs may not read');

select * from finish();
rollback;
