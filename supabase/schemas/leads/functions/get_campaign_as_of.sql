create or replace function public.get_campaign_as_of(campaign_id uuid, at timestamptz)
returns public.campaigns
language plpgsql
stable
security definer -- history is nobody's to read past the right to the campaign
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(
    get_campaign_as_of.campaign_id, 'campaigns.read', deleted => null);
  v_created_at timestamptz := v_campaign.created_at;
begin
  v_campaign := jsonb_populate_record(v_campaign, private.row_as_of(
    v_campaign.agency_id, 'campaigns', to_jsonb(v_campaign), get_campaign_as_of.at));
  if (get_campaign_as_of.at >= v_created_at and v_campaign.deleted_at is null) is not true then
    raise exception using errcode = 'PT404', message = 'campaign_not_found',
      detail = 'At that moment there was no such campaign.', hint = 'Ask for a moment at which the campaign was there.';
  end if;
  return v_campaign;
end;
$$;

comment on function public.get_campaign_as_of(uuid, timestamptz) is
  'A campaign as it was at a moment, without its figures, for whoever may see it today. Errors: 401 not_signed_in, 404 campaign_not_found, also where there was none then.';
revoke all on function public.get_campaign_as_of(uuid, timestamptz) from public, anon;
grant execute on function public.get_campaign_as_of(uuid, timestamptz) to authenticated;
