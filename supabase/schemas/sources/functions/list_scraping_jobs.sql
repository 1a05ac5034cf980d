create or replace function public.list_scraping_jobs(
  agency_id uuid default null,
  status text default null,
  data_source_id uuid default null,
  campaign_id uuid default null,
  page integer default 1,
  page_size integer default 20,
  sort_by text default 'created_at',
  sort_order text default 'desc',
  cursor text default null
)
returns jsonb
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_scraping_jobs.agency_id);
begin
  perform private.require(v_agency, 'jobs.read');
  if list_scraping_jobs.data_source_id is not null then
    v_agency := (private.authorize_data_source(list_scraping_jobs.data_source_id, 'jobs.read')).agency_id;
  end if;
  if not pg_input_is_valid(list_scraping_jobs.status, 'public.scraping_job_status') then
    raise exception using errcode = 'PT422', message = 'job_status_unknown',
      detail = format('There is no job status %s.', list_scraping_jobs.status),
      hint = 'One of pending, running, paused, completed, failed, cancelled.';
  end if;
  return private.page_of(
    'public.scraping_job_details',
    format('t.agency_id = %L', v_agency)
      || coalesce(' and t.status = ' || quote_literal(list_scraping_jobs.status), '')
      || coalesce(' and t.data_source_id = ' || quote_literal(list_scraping_jobs.data_source_id), '')
      || coalesce(' and t.campaign_id = ' || quote_literal(list_scraping_jobs.campaign_id), ''),
    '{created_at,updated_at,status,progress}', list_scraping_jobs.page, list_scraping_jobs.page_size,
    list_scraping_jobs.sort_by, list_scraping_jobs.sort_order, list_scraping_jobs.cursor);
end;
$$;

comment on function public.list_scraping_jobs(uuid, text, uuid, uuid, integer, integer, text, text, text) is
  'A page of scraping_job_details rows: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Sorted by created_at, updated_at, status or progress. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, data_source_not_found, 422 job_status_unknown, page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_scraping_jobs(uuid, text, uuid, uuid, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_scraping_jobs(uuid, text, uuid, uuid, integer, integer, text, text, text) to authenticated;
