create or replace function private.stop_at_caps(job public.scraping_jobs)
returns text
language plpgsql
volatile
security invoker -- called by definers that hold the job's lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_said text;
begin
  if (job).rows_read >= (job).max_rows then
    perform private.move_job(stop_at_caps.job, 'completed',
      format('Completed at its cap of %s rows.', (job).max_rows));
    return 'rows_cap';
  end if;
  if (job).ran >= make_interval(mins => (job).max_minutes) then
    v_said := format('The job has run for its %s minutes. Retry it to go on from here.', (job).max_minutes);
    perform private.move_job(stop_at_caps.job, 'failed', v_said, v_said);
    return 'time_cap';
  end if;
  return null;
end;
$$;

comment on function private.stop_at_caps(public.scraping_jobs) is
  'Ends a job that has reached a cap: completed when it has read its rows (`rows_cap`), failed, to be retried, when its time is up (`time_cap`); null while it has not.';
