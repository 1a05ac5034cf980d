create or replace function private.append_logs(job public.scraping_jobs, logs jsonb)
returns void
language plpgsql
volatile
security invoker -- called by definers that hold the job's lock
set search_path = ''
as $$
#variable_conflict error
begin
  insert into public.scraping_job_logs (agency_id, job_id, seq, level, message, context)
  select (job).agency_id, (job).id, (job).log_lines - jsonb_array_length(append_logs.logs) + l.n,
         case when l.line ->> 'level' in ('debug', 'info', 'warning', 'error') then l.line ->> 'level' else 'info' end,
         coalesce(nullif(left(l.line ->> 'message', 2000), ''), '(no message)'),
         case when jsonb_typeof(l.line -> 'context') = 'object' and octet_length((l.line -> 'context')::text) <= 16384
           then l.line -> 'context' else '{}' end
    from jsonb_array_elements(append_logs.logs) with ordinality as l (line, n);
end;
$$;

comment on function private.append_logs(public.scraping_jobs, jsonb) is
  'Writes lines [{level, message, context}] that the job''s log_lines, raised under its lock just before, counts as its last: so numbers are given in the order of commits, and a rollback gives them back. A line that is not as it should be is made to fit; what is logged never stops a batch.';
