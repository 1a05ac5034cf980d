create or replace function public.delete_campaign(campaign_id uuid)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(delete_campaign.campaign_id, 'campaigns.delete', true);
begin
  update public.campaigns as c
     set deleted_at = now()
   where c.agency_id = v_campaign.agency_id and c.id = v_campaign.id
  returning c.* into v_campaign;
  perform private.audit(v_campaign.agency_id, 'campaign.deleted', v_campaign.id);
  return v_campaign;
end;
$$;

comment on function public.delete_campaign(uuid) is
  'Takes a campaign out of every list and figure by name; its leads stay and still count for the agency. Errors: 403 permission_denied, 404 campaign_not_found.';
revoke all on function public.delete_campaign(uuid) from public, anon;
grant execute on function public.delete_campaign(uuid) to authenticated;
