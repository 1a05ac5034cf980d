create or replace function public.export_job_rejects(job_id uuid)
returns public."text/csv"
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(export_job_rejects.job_id, 'jobs.read');
  v_columns text[];
  v_lines text;
begin
  -- A column for every field that any of the rows has, so that the file can be mended and read again.
  v_columns := array(
    select distinct k.field
      from public.scraping_job_rejects as r
     cross join lateral jsonb_object_keys(case jsonb_typeof(r.row) when 'object' then r.row end) as k (field)
     where r.agency_id = v_job.agency_id and r.job_id = v_job.id
     order by k.field
  );
  select string_agg(concat_ws(',', r.row_number, private.csv_cell(r.faults), (
           select string_agg(private.csv_cell(
                    case when jsonb_typeof(r.row) = 'object' then r.row ->> c.field end), ',' order by c.n)
             from unnest(v_columns) with ordinality as c (field, n)
         )), e'\r\n' order by r.row_number)
    into v_lines
    from (
      select f.row_number, string_agg(concat_ws(' ', f.field, f.reason), '; ' order by f.n) as faults,
             (array_agg(f.row order by f.n))[1] as row
        from public.scraping_job_rejects as f
       where f.agency_id = v_job.agency_id and f.job_id = v_job.id
       group by f.row_number
    ) as r;
  return concat_ws(e'\r\n', concat_ws(',', 'row', 'fault', (
    select string_agg(private.csv_cell(c.field), ',' order by c.n) from unnest(v_columns) with ordinality as c (field, n)
  )), v_lines, '');
end;
$$;

comment on function public.export_job_rejects(uuid) is
  'The rows a job left out, as one CSV text with a header line: number, what was wrong, and the row''s fields; of the first 1,000 faults. Cells that begin like a formula are led by an apostrophe. Ask for it with `Accept: text/csv`. Errors: 401 not_signed_in, 404 job_not_found.';
revoke all on function public.export_job_rejects(uuid) from public, anon;
grant execute on function public.export_job_rejects(uuid) to authenticated;
