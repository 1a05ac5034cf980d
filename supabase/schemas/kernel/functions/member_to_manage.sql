create or replace function private.member_to_manage(
  agency_id uuid,
  user_id uuid,
  permission text default 'members.manage'
)
returns public.memberships
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships;
begin
  -- Before the lock, so that outsiders hold up nobody.
  perform private.require_member(member_to_manage.agency_id);
  -- One change of members at a time, so that two owners cannot undo each other at once; it does not
  -- wait for imports, whose rows refer to the agency.
  perform from public.agencies as a where a.id = member_to_manage.agency_id for no key update;
  -- After it, as others may have taken the caller's seat or permission meanwhile; leaving needs none.
  perform private.require_member(member_to_manage.agency_id);
  if member_to_manage.permission is not null then
    perform private.require(member_to_manage.agency_id, member_to_manage.permission);
  end if;
  select m.* into v_member
    from public.memberships as m
   where m.agency_id = member_to_manage.agency_id and m.user_id = member_to_manage.user_id;
  if not found then
    raise exception using errcode = 'PT404', message = 'member_not_found',
      detail = 'The agency has no member with this id.', hint = 'List the members of the agency.';
  end if;
  if not private.can(v_member.agency_id, 'agency.transfer') and exists (
    select from public.membership_roles as mr
     where mr.agency_id = v_member.agency_id and mr.user_id = v_member.user_id and mr.role = 'owner'
  ) then
    raise exception using errcode = 'PT403', message = 'owner_required',
      detail = 'Only an owner can change what an owner is or may.', hint = 'Ask an owner of the agency.';
  end if;
  return v_member;
end;
$$;

comment on function private.member_to_manage(uuid, uuid, text) is
  'The member, with the agency''s membership locked against other changes, for whoever holds the permission (null asks for none but to be a member); errors 401 not_signed_in, 404 agency_not_found or member_not_found, 403 permission_denied, and owner_required for whoever is no owner and would change one.';
