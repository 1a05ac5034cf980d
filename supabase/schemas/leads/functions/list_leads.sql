create or replace function public.list_leads(
  agency_id uuid default null,
  status text default null,
  priority text default null,
  campaign_id uuid default null,
  data_source_id uuid default null,
  scraping_job_id uuid default null,
  assigned_to uuid default null,
  grade text default null,
  min_score numeric default null,
  tag text default null,
  search text default null,
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
  v_agency uuid := private.current_agency(list_leads.agency_id);
  v_conditions text := private.lead_conditions(
    v_agency, list_leads.status, list_leads.priority, list_leads.campaign_id,
    list_leads.data_source_id, list_leads.scraping_job_id, list_leads.assigned_to, list_leads.grade, list_leads.min_score, list_leads.tag,
    list_leads.search);
  v_sortable text[] := '{created_at,updated_at,score,status,priority}'::text[];
  v_total bigint;
begin
  if list_leads.cursor is null then
    -- Keyset paging needs columns without nulls; numbered pages do not.
    v_sortable := v_sortable || '{last_name,company}';
    -- What the rollup counts need not be counted again.
    if private.can(v_agency, 'leads.read') and num_nonnulls(
      list_leads.priority, list_leads.data_source_id, list_leads.scraping_job_id, list_leads.assigned_to, list_leads.min_score, list_leads.tag,
      private.search_query(list_leads.search)) = 0 then
      select coalesce(sum(case
               when list_leads.grade is null then n.leads
               when upper(list_leads.grade) = 'A' then n.grade_a
               when upper(list_leads.grade) = 'B' then n.grade_b
               when upper(list_leads.grade) = 'C' then n.grade_c
               when upper(list_leads.grade) = 'D' then n.grade_d
               when upper(list_leads.grade) = 'F' then n.grade_f
             end), 0)
        into v_total
        from private.lead_metrics_now as n
       where n.agency_id = v_agency
         and n.scope_id = coalesce(list_leads.campaign_id, v_agency)
         and n.day = '-infinity'
         and (list_leads.status is null or n.status::text = list_leads.status);
    end if;
  end if;
  return private.page_of(
    'public.lead_details', v_conditions, v_sortable, list_leads.page, list_leads.page_size,
    list_leads.sort_by, list_leads.sort_order, list_leads.cursor, v_total);
end;
$$;

comment on function public.list_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text, integer, integer, text, text, text) is
  'A page of the lead_details rows the caller may see: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Search: every word begins a word of name, e-mail, company, title, place or industry. Sorted by created_at, updated_at, score, status, priority and, without a cursor, last_name or company. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 lead_status_unknown, lead_priority_unknown, page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text, integer, integer, text, text, text) to authenticated;
