create or replace function public.list_campaigns(
  agency_id uuid default null,
  status text default null,
  client_id uuid default null,
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
  v_agency uuid := private.current_agency(list_campaigns.agency_id);
  v_conditions text := format('t.agency_id = %L', v_agency);
  v_page jsonb;
begin
  perform private.require(v_agency, 'campaigns.read', 'campaigns.read_client');
  if not private.can(v_agency, 'campaigns.read') then
    v_conditions := v_conditions
      || format(' and t.client_id = any (%L::uuid[])', private.own_clients('campaigns.read_client'));
  end if;
  if list_campaigns.status is not null then
    if not pg_input_is_valid(list_campaigns.status, 'public.campaign_status') then
      raise exception using errcode = 'PT422', message = 'campaign_status_unknown',
        detail = format('There is no campaign status %s.', list_campaigns.status),
        hint = 'One of draft, active, paused, completed, archived.';
    end if;
    v_conditions := v_conditions || format(' and t.status = %L', list_campaigns.status);
  end if;
  if list_campaigns.client_id is not null then
    v_conditions := v_conditions || format(' and t.client_id = %L', list_campaigns.client_id);
  end if;
  if list_campaigns.search is not null then
    v_conditions := v_conditions || format(
      ' and strpos(lower(concat_ws('' '', t.name, t.description, t.client_name)), lower(%L)) > 0',
      list_campaigns.search);
  end if;
  v_page := private.page_of(
    'public.campaign_summary', v_conditions, '{created_at,updated_at,name,status}',
    list_campaigns.page, list_campaigns.page_size, list_campaigns.sort_by,
    list_campaigns.sort_order, list_campaigns.cursor);
  if private.can(v_agency, 'analytics.read') then
    return v_page;
  end if;
  return v_page || jsonb_build_object('items', private.own_figures(v_agency, v_page -> 'items'));
end;
$$;

comment on function public.list_campaigns(uuid, text, uuid, text, integer, integer, text, text, text) is
  'A page of campaign_summary rows: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Search looks into name, description and client. Who sees only their own client''s figures or those of assigned leads gets these. Sorted by created_at, updated_at, name or status. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 campaign_status_unknown, page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_campaigns(uuid, text, uuid, text, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_campaigns(uuid, text, uuid, text, integer, integer, text, text, text) to authenticated;
