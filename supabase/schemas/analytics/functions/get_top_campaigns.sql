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
