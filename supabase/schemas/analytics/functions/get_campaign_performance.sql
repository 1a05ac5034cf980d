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
