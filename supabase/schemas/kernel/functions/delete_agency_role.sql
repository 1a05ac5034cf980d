create or replace function public.delete_agency_role(agency_id uuid, role text)
returns public.agency_roles
language plpgsql
volatile
security definer -- roles have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_role public.agency_roles;
begin
  perform private.require(delete_agency_role.agency_id, 'roles.manage');
  -- Who is inviting with the role is waited for, and who comes after finds none.
  perform from public.agencies as a where a.id = delete_agency_role.agency_id for no key update;
  if exists (
    select from public.invitations as i
     where i.agency_id = delete_agency_role.agency_id and delete_agency_role.role = any (i.roles)
       and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
  ) then
    raise exception using errcode = 'PT409', message = 'role_in_use',
      detail = 'An open invitation offers this role.', hint = 'Revoke the invitation first.';
  end if;
  delete from public.agency_roles as r
   where r.agency_id = delete_agency_role.agency_id and r.role = delete_agency_role.role
  returning r.* into v_role;
  if not found then
    raise exception using errcode = 'PT404', message = 'role_not_found',
      detail = 'The agency has made no role of this name.', hint = 'List the roles of the agency.';
  end if;
  perform private.audit(v_role.agency_id, 'role.deleted', null, to_jsonb(v_role), null);
  return v_role;
exception
  when foreign_key_violation then
    raise exception using errcode = 'PT409', message = 'role_in_use',
      detail = 'Members still hold this role.', hint = 'Give them other roles first.';
end;
$$;

comment on function public.delete_agency_role(uuid, text) is
  'Removes a role of the agency''s own that nobody holds. Errors: 403 permission_denied, 404 agency_not_found or role_not_found, 409 role_in_use.';
revoke all on function public.delete_agency_role(uuid, text) from public, anon;
grant execute on function public.delete_agency_role(uuid, text) to authenticated;
