begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
create function pg_temp.months() returns text[] language sql as $$
  select array_agg(c.relname::text order by c.relname)
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
   where i.inhparent = 'public.scraping_job_logs'::regclass and c.relname ~ '\d$';
$$;

select is(pg_temp.months(), array(
    select 'scraping_job_logs_' || to_char(date_trunc('month', now()) + make_interval(months => n), 'YYYY_MM') from generate_series(0, 3) as n),
  'this month and three more are made');
select is(private.keep_job_logs(), '{}', 'asked again there is nothing to do');
select is(array_length(pg_temp.months(), 1), 4, 'and nothing is done');

-- Months gone by.
do $$
begin
  for n in 6..7 loop
    execute format('create table private.%I partition of public.scraping_job_logs for values from (%L) to (%L)',
      'scraping_job_logs_' || to_char(date_trunc('month', now()) - make_interval(months => n), 'YYYY_MM'),
      date_trunc('month', now()) - make_interval(months => n), date_trunc('month', now()) - make_interval(months => n - 1));
  end loop;
end;
$$;
insert into public.scraping_job_logs (agency_id, job_id, seq, level, message, at)
select tests.id('acme'), tests.id('acme/job'), n, 'info', 'Line', date_trunc('month', now()) - make_interval(months => 8 - n)
  from generate_series(1, 2) as n;
insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, reason)
values (tests.id('acme'), tests.id('acme/job'), 1, 1, 'X');
select is(private.keep_job_logs(), array['scraping_job_logs_' || to_char(date_trunc('month', now()) - interval '7 months', 'YYYY_MM')],
  'what is older than the months kept goes');
select is((select array_agg(l.seq order by l.seq) from public.scraping_job_logs as l where l.job_id = tests.id('acme/job')), '{2}'::integer[], 'with its lines');
select is((select count(*) from public.scraping_job_rejects), 1::bigint, 'what a job left out stays while the job has not ended');
select tests.move_job('acme/job', 'cancel');
update public.scraping_jobs as j set finished_at = date_trunc('month', now()) - interval '6 months 1 second' where j.id = tests.id('acme/job');
select private.keep_job_logs();
select is((select count(*) from public.scraping_job_rejects), 0::bigint, 'and so long after its end');
insert into public.scraping_job_logs (agency_id, job_id, seq, level, message, at)
values (tests.id('acme'), tests.id('acme/job'), 4, 'info', 'Line', now() + interval '2 years');
select is((select l.tableoid::regclass::text from public.scraping_job_logs as l where l.seq = 4),
  'private.scraping_job_logs_default', 'a month that was not made ahead stops no job');
select ok(exists (select from private.chores as c where c.name = 'job_logs' and c.every = interval '1 day'), 'the clock sees to it every day');

select * from finish();
rollback;
