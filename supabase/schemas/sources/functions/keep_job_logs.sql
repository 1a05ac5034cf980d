create or replace function private.keep_job_logs(months_kept integer default 6, months_ahead integer default 3)
returns text[]
language plpgsql
volatile
security definer -- only the owner may add and drop partitions
set search_path = ''
-- Dropping a month locks jobs for a moment; where it cannot have that moment, it is tried again the next day.
set lock_timeout = '3s'
as $$
#variable_conflict error
declare
  v_since timestamptz := date_trunc('month', now()) - make_interval(months => keep_job_logs.months_kept);
  v_name text;
  v_dropped text[] := '{}'::text[];
begin
  perform private.create_month_partitions('public.scraping_job_logs', keep_job_logs.months_ahead);
  for v_name in
    select c.relname
      from pg_catalog.pg_inherits as i
      join pg_catalog.pg_class as c on c.oid = i.inhrelid
     where i.inhparent = 'public.scraping_job_logs'::regclass
       and c.relname ~ '_\d{4}_\d\d$'
       and to_date(right(c.relname, 7), 'YYYY_MM') < v_since
     order by c.relname
  loop
    execute format('drop table private.%I', v_name);
    v_dropped := v_dropped || v_name;
  end loop;
  -- Rows that were left out are people's data as well.
  delete from public.scraping_job_rejects as r
   using public.scraping_jobs as j
   where j.agency_id = r.agency_id and j.id = r.job_id and j.finished_at < v_since;
  return v_dropped;
end;
$$;

comment on function private.keep_job_logs(integer, integer) is
  'Makes the months ahead of the jobs'' logs and drops those older than the months kept, and what is kept of rows that jobs ended before then left out; returns the dropped months'' names. Called every day by private.tick().';
