create or replace function public.set_campaign_status(campaign_id uuid, status text)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.campaigns := private.authorize_campaign(set_campaign_status.campaign_id, 'campaigns.write', true);
  v_after public.campaigns;
begin
  if pg_input_is_valid(set_campaign_status.status, 'public.campaign_status') is not true then
    raise exception using errcode = 'PT422', message = 'campaign_status_unknown',
      detail = format('There is no campaign status %s.', coalesce(set_campaign_status.status, 'null')),
      hint = 'One of draft, active, paused, completed, archived.';
  end if;
  update public.campaigns as c
     set status = set_campaign_status.status::public.campaign_status
   where c.agency_id = v_before.agency_id and c.id = v_before.id
  returning c.* into v_after;
  perform private.audit(v_after.agency_id, 'campaign.status_set', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
end;
$$;

comment on function public.set_campaign_status(uuid, text) is
  'Moves a campaign along its lifecycle (private.status_transitions); the status it has is left as it is. Errors: 403 permission_denied, 404 campaign_not_found, 409 invalid_transition, 422 campaign_status_unknown.';
revoke all on function public.set_campaign_status(uuid, text) from public, anon;
grant execute on function public.set_campaign_status(uuid, text) to authenticated;
