create or replace function public.switch_agency(agency_id uuid)
returns public.profiles
language plpgsql
volatile
security definer -- the active agency must be one of the caller's, which a column grant could not say
set search_path = ''
as $$
#variable_conflict error
declare
  v_profile public.profiles;
begin
  perform private.require_user();
  perform private.require_member(switch_agency.agency_id);
  update public.profiles as p
     set active_agency_id = switch_agency.agency_id
   where p.id = private.uid()
  returning p.* into v_profile;
  perform private.audit(switch_agency.agency_id, 'profile.switched_agency', v_profile.id);
  return v_profile;
end;
$$;

comment on function public.switch_agency(uuid) is
  'Makes one of the caller''s agencies the one meant where a request names none. Errors: 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.switch_agency(uuid) from public, anon;
grant execute on function public.switch_agency(uuid) to authenticated;
