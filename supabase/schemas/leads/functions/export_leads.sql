create or replace function public.export_leads(
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
  search text default null
)
returns public."text/csv"
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $body$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(export_leads.agency_id);
  v_conditions text := private.lead_conditions(
    v_agency, export_leads.status, export_leads.priority, export_leads.campaign_id,
    export_leads.data_source_id, export_leads.scraping_job_id, export_leads.assigned_to, export_leads.grade, export_leads.min_score, export_leads.tag,
    export_leads.search);
  v_columns text[] := '{id,campaign_name,first_name,last_name,email,phone,company,title,website,linkedin_url,city,country,industry,status,priority,score,score_grade,qualification_score,assignee_email,tags,custom_fields,last_contacted_at,responded_at,qualified_at,converted_at,created_at}'::text[];
  v_cells text;
  v_lines text;
begin
  select string_agg(format(
           case c when 'tags' then $$private.csv_cell(array_to_string(t.%I, ', '))$$
             else 'private.csv_cell(t.%I::text)' end, c), ', ')
    into v_cells
    from unnest(v_columns) as c;
  execute format(
    $sql$select string_agg(concat_ws(',', %s), e'\r\n' order by t.created_at desc, t.id desc)
           from public.lead_details as t where %s$sql$,
    v_cells, v_conditions
  ) into v_lines;
  return concat_ws(e'\r\n', array_to_string(v_columns, ','), v_lines, '');
end;
$body$;

comment on function public.export_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) is
  'The leads the caller may see, filtered as list_leads does, as one CSV text with a header line; the newest first; cells that begin like a formula are led by an apostrophe. Ask for it with `Accept: text/csv` (supabase-js: `.csv()`). Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 lead_status_unknown, lead_priority_unknown.';
revoke all on function public.export_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) from public, anon;
grant execute on function public.export_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) to authenticated;
