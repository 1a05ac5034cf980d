create or replace function private.tg_tasks__end_job()
returns trigger
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs;
  v_after public.scraping_jobs;
  v_error text;
begin
  -- An error here would keep the task from ending.
  if not pg_input_is_valid(new.payload ->> 'job_id', 'uuid') then
    return null;
  end if;
  -- Many tasks are completed in one statement: the jobs that they leave before the source, as everywhere.
  if new.state = 'completed' then
    perform from public.scraping_jobs as j
      where j.agency_id = new.agency_id and j.status = 'running'
        and j.data_source_id = (
          select o.data_source_id
            from public.scraping_jobs as o
           where o.agency_id = new.agency_id and o.id = (new.payload ->> 'job_id')::uuid
             and o.run::text = new.payload ->> 'run' and o.status = 'running'
        )
      order by j.id
        for no key update;
  end if;
  select j.* into v_before
    from public.scraping_jobs as j
   where j.agency_id = new.agency_id and j.id = (new.payload ->> 'job_id')::uuid
     and j.run::text = new.payload ->> 'run'
     -- Whoever paused, ended or resumed the job in time has the last word, and nobody waits for its lock.
     and j.status = 'running'
     for no key update;
  if not found then
    return null;
  end if;
  if new.state = 'cancelled' then
    v_after := private.move_job(v_before, 'cancelled', 'Cancelled: its task was taken back.');
  else
    v_error := case new.state
      when 'completed' then 'The worker left without saying how the job ended.'
      else left(coalesce(new.last_error, 'The worker gave up without a reason.'), 2000)
    end;
    v_after := private.move_job(v_before, 'failed', v_error, v_error);
  end if;
  perform private.audit(v_after.agency_id, 'job.' || v_after.status, v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return null;
end;
$$;

comment on function private.tg_tasks__end_job() is
  'Ends the job of a task that is over while the job still counts as running, so that no job waits for a worker that will not come.';
