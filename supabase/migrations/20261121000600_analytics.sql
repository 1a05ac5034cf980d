-- Domain analytics, built from supabase/schemas/analytics by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/analytics/functions/get_agency_overview.sql

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

-- supabase/schemas/analytics/functions/get_campaign_performance.sql

create or replace function public.get_campaign_performance(campaign_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads the rollup
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(get_campaign_performance.campaign_id, 'campaigns.read');
  v_scopes uuid[] := '{}'::uuid[];
  v_assignee uuid;
  v_today date := (now() at time zone 'UTC')::date;
begin
  if private.can(v_campaign.agency_id, 'analytics.read')
    or v_campaign.client_id = any (private.own_clients('analytics.read_client')) then
    v_scopes := array[v_campaign.id];
  else
    perform private.require(v_campaign.agency_id, 'analytics.read', 'analytics.read_assigned');
    v_assignee := private.uid();
  end if;
  return jsonb_build_object(
    'campaign_id', v_campaign.id,
    'name', v_campaign.name,
    'status', v_campaign.status,
    'target_leads', v_campaign.target_leads,
    'totals', private.lead_totals(v_campaign.agency_id, v_scopes, v_assignee, v_campaign.id),
    'last_30_days', private.lead_totals(
      v_campaign.agency_id, v_scopes, v_assignee, v_campaign.id, v_today - 29, v_today)
  );
end;
$$;

comment on function public.get_campaign_performance(uuid) is
  'How a campaign does: {campaign_id, name, status, target_leads, totals, last_30_days}; totals count leads by status, stage reached and grade, with rates as fractions or null. From exact rollups; who sees only assigned leads gets the figures of those. Errors: 403 permission_denied, 404 campaign_not_found.';
revoke all on function public.get_campaign_performance(uuid) from public, anon;
grant execute on function public.get_campaign_performance(uuid) to authenticated;

-- supabase/schemas/analytics/functions/get_platform_metrics.sql

create or replace function public.get_platform_metrics()
returns jsonb
language plpgsql
stable
security definer -- counts what lies in every agency, which no policy lets anyone
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_staff();
  return jsonb_build_object(
    'at', now(),
    'agencies', (
      select jsonb_build_object('total', count(*), 'archived', count(a.archived_at),
               'created_30d', count(*) filter (where a.created_at > now() - interval '30 days'))
        from public.agencies as a
    ),
    'users', (
      select jsonb_build_object('total', count(*),
               'created_30d', count(*) filter (where u.created_at > now() - interval '30 days'),
               'signed_in_30d', count(*) filter (where u.last_sign_in_at > now() - interval '30 days'))
        from auth.users as u
    ),
    'campaigns', (
      select jsonb_build_object('total', count(*), 'active', count(*) filter (where c.status = 'active'))
        from public.campaigns as c where c.deleted_at is null
    ),
    'leads', (
      select jsonb_build_object('total', coalesce(sum(m.leads), 0),
               'converted', coalesce(sum(m.leads) filter (where m.status = 'converted'), 0))
        from private.lead_metrics_now as m
       where m.scope_id = m.agency_id and m.day = '-infinity'
    )
  );
end;
$$;

comment on function public.get_platform_metrics() is
  'For staff of the platform: {at, agencies: {total, archived, created_30d}, users: {total, created_30d, signed_in_30d}, campaigns: {total, active}, leads: {total, converted}} over all agencies; leads from the rollups. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.get_platform_metrics() from public, anon;
grant execute on function public.get_platform_metrics() to authenticated;

-- supabase/schemas/analytics/functions/get_top_campaigns.sql

create or replace function public.get_top_campaigns(
  agency_id uuid default null,
  max_results integer default 5,
  metric text default 'conversion_rate'
)
returns table (
  campaign_id uuid,
  name text,
  status public.campaign_status,
  total numeric,
  qualified numeric,
  converted numeric,
  conversion_rate numeric,
  response_rate numeric,
  qualification_rate numeric
)
language plpgsql
stable
security definer -- reads the rollup
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(get_top_campaigns.agency_id);
  v_all boolean;
  v_clients uuid[];
begin
  perform private.require(v_agency, 'analytics.read', 'analytics.read_assigned', 'analytics.read_client');
  if get_top_campaigns.metric is null
    or get_top_campaigns.metric not in ('conversion_rate', 'response_rate', 'qualification_rate') then
    raise exception using errcode = 'PT422', message = 'metric_unknown',
      detail = 'Campaigns are ranked by conversion_rate, response_rate or qualification_rate.';
  end if;
  if get_top_campaigns.max_results is null or get_top_campaigns.max_results not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'max_results_out_of_range',
      detail = 'A ranking holds 1 to 100 campaigns.';
  end if;
  v_all := private.can(v_agency, 'analytics.read');
  v_clients := private.own_clients('analytics.read_client');
  return query
    select p.campaign_id, p.name, p.status, p.total, p.qualified, p.converted, p.conversion_rate,
           p.response_rate, p.qualification_rate
      from public.campaign_performance as p
     cross join lateral (
       select case get_top_campaigns.metric
         when 'conversion_rate' then p.conversion_rate
         when 'response_rate' then p.response_rate
         else p.qualification_rate
       end as rate
     ) as r
     where p.agency_id = v_agency
       and (v_all or p.client_id = any (v_clients))
       and r.rate is not null
     order by r.rate desc, p.total desc, p.campaign_id
     limit get_top_campaigns.max_results;
end;
$$;

comment on function public.get_top_campaigns(uuid, integer, text) is
  'The campaigns that do best by conversion_rate, response_rate or qualification_rate over all time; campaigns without a rate are left out. None for who sees only assigned leads. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 metric_unknown, max_results_out_of_range.';
revoke all on function public.get_top_campaigns(uuid, integer, text) from public, anon;
grant execute on function public.get_top_campaigns(uuid, integer, text) to authenticated;
