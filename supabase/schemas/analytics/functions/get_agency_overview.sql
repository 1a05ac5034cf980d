create or replace function public.get_agency_overview(agency_id uuid default null, range text default '30d')
returns jsonb
language plpgsql
stable
security definer -- reads the rollup
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(get_agency_overview.agency_id);
  v_days integer := case get_agency_overview.range
    when '7d' then 7 when '30d' then 30 when '90d' then 90 when '1y' then 365 end;
  v_to date := (now() at time zone 'UTC')::date;
  v_from date;
  v_scopes uuid[];
  v_assignee uuid;
  v_totals jsonb;
  v_previous jsonb;
begin
  perform private.require(v_agency, 'analytics.read', 'analytics.read_assigned', 'analytics.read_client');
  if v_days is null then
    raise exception using errcode = 'PT422', message = 'range_unknown',
      detail = 'An overview covers 7d, 30d, 90d or 1y.';
  end if;
  v_from := v_to - v_days + 1;
  if private.can(v_agency, 'analytics.read') then
    v_scopes := array[v_agency];
  else
    v_scopes := private.own_campaigns('analytics.read_client');
    if private.can(v_agency, 'analytics.read_assigned') then
      v_assignee := private.uid();
    end if;
  end if;

  v_totals := private.lead_totals(v_agency, v_scopes, v_assignee, null, v_from, v_to);
  v_previous := private.lead_totals(v_agency, v_scopes, v_assignee, null, v_from - v_days, v_from - 1);
  return jsonb_build_object(
    'agency_id', v_agency,
    'range', jsonb_build_object('name', get_agency_overview.range, 'from', v_from, 'to', v_to),
    'campaigns', (
      select jsonb_build_object('total', count(*), 'active', count(*) filter (where c.status = 'active'))
        from public.campaigns as c
       where c.agency_id = v_agency
         and c.deleted_at is null
         and (private.can(v_agency, 'campaigns.read')
           or c.client_id = any (private.own_clients('campaigns.read_client')))
    ),
    'totals', v_totals,
    'previous', v_previous,
    'trend', (
      select jsonb_object_agg(m.name, round(
               ((v_totals ->> m.name)::numeric - (v_previous ->> m.name)::numeric)
               / nullif((v_previous ->> m.name)::numeric, 0), 4))
        from unnest('{total,converted,conversion_rate,response_rate,qualification_rate}'::text[]) as m (name)
    ),
    'top_campaigns', (
      select coalesce(jsonb_agg(to_jsonb(t)), '[]')
        from public.get_top_campaigns(v_agency, 5, 'conversion_rate') as t
    )
  );
end;
$$;

comment on function public.get_agency_overview(uuid, text) is
  'The figures of the leads created in the last 7d, 30d, 90d or 1y, against the same time before: {agency_id, range, campaigns, totals, previous, trend, top_campaigns}. Trend is relative change, null where there was nothing before. Who sees only assigned leads or one client gets the figures of those, or of both. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 range_unknown.';
revoke all on function public.get_agency_overview(uuid, text) from public, anon;
grant execute on function public.get_agency_overview(uuid, text) to authenticated;
