create or replace function public.update_campaign(campaign_id uuid, changes jsonb)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.campaigns := private.authorize_campaign(update_campaign.campaign_id, 'campaigns.write', true);
  v_after public.campaigns;
begin
  perform private.require_keys(update_campaign.changes, private.campaign_fields());
  v_after := jsonb_populate_record(v_before, update_campaign.changes);
  update public.campaigns as c
     set client_id = v_after.client_id,
         name = v_after.name,
         description = v_after.description,
         kind = v_after.kind,
         starts_on = v_after.starts_on,
         ends_on = v_after.ends_on,
         budget_cents = v_after.budget_cents,
         currency = v_after.currency,
         target_leads = v_after.target_leads,
         goals = v_after.goals,
         tags = v_after.tags,
         metadata = v_after.metadata
   where c.agency_id = v_before.agency_id and c.id = v_before.id
  returning c.* into v_after;
  perform private.audit(v_after.agency_id, 'campaign.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
end;
$$;

comment on function public.update_campaign(uuid, jsonb) is
  'Changes a campaign; keys left out stay as they are, null clears. Status moves by set_campaign_status. Errors: 403 permission_denied, 404 campaign_not_found, 422 unknown_field, and the named checks of campaigns.';
revoke all on function public.update_campaign(uuid, jsonb) from public, anon;
grant execute on function public.update_campaign(uuid, jsonb) to authenticated;
