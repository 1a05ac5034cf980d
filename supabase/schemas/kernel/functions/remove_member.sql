create or replace function public.remove_member(agency_id uuid, user_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  -- Everyone may leave; to send someone away takes the permission.
  v_member public.memberships := private.member_to_manage(remove_member.agency_id, remove_member.user_id,
    case when remove_member.user_id is distinct from private.uid() then 'members.manage' end);
  v_before jsonb := private.member_document(v_member);
  v_revoked jsonb;
begin
  if v_before -> 'roles' ? 'owner' then
    perform private.require_owner_left(v_member);
  end if;
  v_revoked := private.revoke_invitations_of(v_member.user_id, v_member.agency_id);
  delete from public.memberships as m
   where m.agency_id = v_member.agency_id and m.id = v_member.id;
  update public.profiles as p
     set active_agency_id = null
   where p.id = v_member.user_id and p.active_agency_id = v_member.agency_id;
  perform private.audit(v_member.agency_id, 'member.removed', v_member.user_id, v_before || v_revoked, null);
  return v_before;
end;
$$;

comment on function public.remove_member(uuid, uuid) is
  'Ends a membership, one''s own or another''s, and answers the member as it was; what the member was assigned is free again, and the open invitations they made are revoked; API keys they made are the agency''s and stay. Works on the member''s next statement. Errors: 403 permission_denied or owner_required, 404 agency_not_found or member_not_found, 409 last_owner.';
revoke all on function public.remove_member(uuid, uuid) from public, anon;
grant execute on function public.remove_member(uuid, uuid) to authenticated;
