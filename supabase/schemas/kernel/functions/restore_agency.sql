create or replace function public.restore_agency(agency_id uuid)
returns public.agencies
language plpgsql
volatile
security definer -- agencies have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
begin
  perform private.require_member(restore_agency.agency_id);
  -- No permission holds in an archived agency, so that the role itself has to be asked for.
  if not private.is_service() and not exists (
    select from public.membership_roles as mr
      join public.role_permissions as rp on rp.role = mr.role
     where mr.agency_id = restore_agency.agency_id
       and mr.user_id = private.uid()
       and rp.permission = 'agency.archive'
  ) then
    raise exception using errcode = 'PT403', message = 'permission_denied',
      detail = 'Only an owner may restore the agency.', hint = 'Ask an owner of the agency.';
  end if;
  update public.agencies as a
     set archived_at = null
   where a.id = restore_agency.agency_id
  returning a.* into v_agency;
  perform private.audit(v_agency.id, 'agency.restored', v_agency.id);
  return v_agency;
end;
$$;

comment on function public.restore_agency(uuid) is
  'Opens an archived agency again. Errors: 403 permission_denied, 404 agency_not_found.';
revoke all on function public.restore_agency(uuid) from public, anon;
grant execute on function public.restore_agency(uuid) to authenticated;
