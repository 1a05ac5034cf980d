create or replace function private.tg_scraping_jobs__count_for_source()
returns trigger
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_was text := case tg_op when 'UPDATE' then old.status::text else '' end;
  v_created integer := new.rows_created - case tg_op when 'UPDATE' then old.rows_created else 0 end;
begin
  if tg_op = 'UPDATE' and new.status = old.status and v_created = 0 then
    return null;
  end if;
  -- Last in every transaction that moves a job, and under the source's own lock: the sums add up
  -- whatever else is under way, and jobs of one source wait for no more than each other's commit.
  update public.data_sources as s
     set last_run_at = case when new.status = 'running' and v_was <> 'running' then now() else s.last_run_at end,
         metrics = jsonb_build_object(
           'jobs', c.jobs, 'completed', c.completed, 'failed', c.failed, 'cancelled', c.cancelled,
           'leads', c.leads, 'success_rate', round(c.completed::numeric / nullif(c.completed + c.failed, 0), 4))
    from (
      select i.id,
             (i.metrics ->> 'jobs')::integer + (tg_op = 'INSERT')::integer as jobs,
             (i.metrics ->> 'completed')::integer + (new.status = 'completed')::integer
               - (v_was = 'completed')::integer as completed,
             (i.metrics ->> 'failed')::integer + (new.status = 'failed')::integer
               - (v_was = 'failed')::integer as failed,
             (i.metrics ->> 'cancelled')::integer + (new.status = 'cancelled')::integer
               - (v_was = 'cancelled')::integer as cancelled,
             (i.metrics ->> 'leads')::bigint + v_created as leads
        from public.data_sources as i
       where i.agency_id = new.agency_id and i.id = new.data_source_id
         for no key update
    ) as c
   where s.agency_id = new.agency_id and s.id = c.id;
  return null;
end;
$$;

comment on function private.tg_scraping_jobs__count_for_source() is
  'Adds what became of a job to the metrics of its source, in the same transaction.';
