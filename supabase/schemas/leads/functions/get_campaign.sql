create or replace function public.get_campaign(campaign_id uuid)
returns public.campaign_summary
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(get_campaign.campaign_id, 'campaigns.read');
  v_summary public.campaign_summary;
begin
  select s.* into v_summary
    from public.campaign_summary as s
   where s.agency_id = v_campaign.agency_id and s.id = v_campaign.id;
  if private.can(v_campaign.agency_id, 'analytics.read') then
    return v_summary;
  end if;
  return jsonb_populate_record(v_summary,
    private.own_figures(v_campaign.agency_id, jsonb_build_array(v_summary)) -> 0);
end;
$$;

comment on function public.get_campaign(uuid) is
  'A campaign with its client''s name and its leads in all, qualified and converted, as far as the caller sees figures. Errors: 401 not_signed_in, 404 campaign_not_found.';
revoke all on function public.get_campaign(uuid) from public, anon;
grant execute on function public.get_campaign(uuid) to authenticated;
