create or replace function public.list_data_sources(
  agency_id uuid default null,
  type text default null,
  status text default null,
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
  v_agency uuid := private.current_agency(list_data_sources.agency_id);
begin
  perform private.require(v_agency, 'data_sources.read');
  return private.page_of(
    'public.data_sources',
    format('t.agency_id = %L', v_agency)
      || coalesce(' and t.type = ' || quote_literal(list_data_sources.type), '')
      || coalesce(' and t.status::text = ' || quote_literal(list_data_sources.status), '')
      || coalesce(' and strpos(lower(t.name), lower(' || quote_literal(list_data_sources.search) || ')) > 0', ''),
    '{created_at,updated_at,name,status,type}', list_data_sources.page, list_data_sources.page_size,
    list_data_sources.sort_by, list_data_sources.sort_order, list_data_sources.cursor);
end;
$$;

comment on function public.list_data_sources(uuid, text, text, text, integer, integer, text, text, text) is
  'A page of data sources: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Search looks into the name. Sorted by created_at, updated_at, name, status or type. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_data_sources(uuid, text, text, text, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_data_sources(uuid, text, text, text, integer, integer, text, text, text) to authenticated;
