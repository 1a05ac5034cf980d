create or replace function private.authorize_campaign(
  campaign_id uuid,
  permission text,
  lock boolean default false,
  deleted boolean default false
)
returns public.campaigns
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns;
begin
  perform private.require_caller();
  -- Locked before it is judged, so that what was judged is what is changed.
  if authorize_campaign.lock then
    select c.* into v_campaign
      from public.campaigns as c
     where c.agency_id = any (private.my_agencies())
       and c.id = authorize_campaign.campaign_id
       and (c.deleted_at is not null) = coalesce(authorize_campaign.deleted, c.deleted_at is not null)
       for no key update;
  else
    select c.* into v_campaign
      from public.campaigns as c
     where c.agency_id = any (private.my_agencies())
       and c.id = authorize_campaign.campaign_id
       and (c.deleted_at is not null) = coalesce(authorize_campaign.deleted, c.deleted_at is not null);
  end if;
  if v_campaign.id is null or not (
    private.can(v_campaign.agency_id, 'campaigns.read')
    or v_campaign.client_id = any (private.own_clients('campaigns.read_client'))
  ) is true then
    raise exception using errcode = 'PT404', message = 'campaign_not_found',
      detail = 'No campaign with this id is visible to you.',
      hint = 'List the campaigns to see which ids there are.';
  end if;
  if not (
    private.can(v_campaign.agency_id, authorize_campaign.permission)
    or v_campaign.client_id = any (private.own_clients(authorize_campaign.permission || '_client'))
  ) is true then
    perform private.require(v_campaign.agency_id, authorize_campaign.permission);
  end if;
  return v_campaign;
end;
$$;

comment on function private.authorize_campaign(uuid, text, boolean, boolean) is
  'The campaign, if the caller may do this with it: 401 not_signed_in, 404 campaign_not_found where it is not visible, 403 permission_denied. A permission''s `_client` form covers the caller''s own client''s campaigns. With deleted, it looks among the deleted ones; with null, among all.';
