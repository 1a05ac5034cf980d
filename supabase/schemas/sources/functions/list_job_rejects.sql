create or replace function public.list_job_rejects(
  job_id uuid,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(list_job_rejects.job_id, 'jobs.read');
  v_offset bigint := private.page_offset(list_job_rejects.page, list_job_rejects.page_size);
  v_items jsonb;
  v_total integer;
begin
  select coalesce(max(r.n), 0) into v_total
    from public.scraping_job_rejects as r
   where r.agency_id = v_job.agency_id and r.job_id = v_job.id;
  select coalesce(jsonb_agg(to_jsonb(r) order by r.n), '[]')
    into v_items
    from (
      select r.n, r.row_number, r.field, r.reason, r.row
        from public.scraping_job_rejects as r
       where r.agency_id = v_job.agency_id and r.job_id = v_job.id
       order by r.n
       limit list_job_rejects.page_size offset v_offset
    ) as r;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_job_rejects(uuid, integer, integer) is
  'A page {items: [{n, row_number, field, reason, row}], total} of what was wrong with rows a job left out, the first 1,000 faults. Errors: 401 not_signed_in, 404 job_not_found, 422 page_out_of_range.';
revoke all on function public.list_job_rejects(uuid, integer, integer) from public, anon;
grant execute on function public.list_job_rejects(uuid, integer, integer) to authenticated;
