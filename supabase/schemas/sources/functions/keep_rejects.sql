create or replace function private.keep_rejects(
  job public.scraping_jobs,
  rows jsonb,
  errors jsonb,
  rejected jsonb
)
returns void
language plpgsql
volatile
security invoker -- called by definers that hold the job's lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_kept integer;
begin
  if keep_rejects.errors = '[]' and keep_rejects.rejected = '[]' then
    return;
  end if;
  select coalesce(max(r.n), 0) into v_kept
    from public.scraping_job_rejects as r
   where r.agency_id = (job).agency_id and r.job_id = (job).id;
  insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, field, reason, row)
  select (job).agency_id, (job).id,
         v_kept + row_number() over (order by f.row_number, f.field), f.row_number, f.field, f.reason,
         case when octet_length(f.row::text) <= 65536 then f.row end
    from (
      -- The import counts rows within the batch, the source within itself.
      select (r.entry ->> 'row')::integer as row_number, e.error ->> 'field' as field,
             e.error ->> 'reason' as reason, r.entry -> 'values' as row
        from jsonb_array_elements(keep_rejects.errors) as e (error)
       cross join lateral (select keep_rejects.rows -> ((e.error ->> 'row')::integer - 1)) as r (entry)
      union all
      select (e.entry ->> 'row')::integer, e.entry ->> 'field',
             coalesce(e.entry ->> 'reason', 'cannot be used'), e.entry -> 'row_data'
        from jsonb_array_elements(keep_rejects.rejected) as e (entry)
    ) as f
   order by f.row_number, f.field
   limit 1000 - v_kept;
end;
$$;

comment on function private.keep_rejects(public.scraping_jobs, jsonb, jsonb, jsonb) is
  'Keeps what was wrong with a batch''s rows, until a job has 1,000 such lines.';
