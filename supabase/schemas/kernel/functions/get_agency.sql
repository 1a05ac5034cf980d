create or replace function public.get_agency(agency_id uuid)
returns public.agencies
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
begin
  perform private.require_member(get_agency.agency_id);
  select a.* into v_agency from public.agencies as a where a.id = get_agency.agency_id;
  return v_agency;
end;
$$;

comment on function public.get_agency(uuid) is 'One of the caller''s agencies. Errors: 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.get_agency(uuid) from public, anon;
grant execute on function public.get_agency(uuid) to authenticated;
