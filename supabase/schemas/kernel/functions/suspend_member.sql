create or replace function public.suspend_member(agency_id uuid, user_id uuid, suspended boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships := private.member_to_manage(suspend_member.agency_id, suspend_member.user_id);
  v_before jsonb := private.member_document(v_member);
  v_none jsonb := '{"revoked_invitations": []}'::jsonb;
  v_revoked jsonb := v_none;
begin
  if suspend_member.suspended and v_before -> 'roles' ? 'owner' then
    perform private.require_owner_left(v_member);
  end if;
  if suspend_member.suspended then
    v_revoked := private.revoke_invitations_of(v_member.user_id, v_member.agency_id);
  end if;
  update public.memberships as m
     set status = case when suspend_member.suspended then 'suspended' else 'active' end::public.member_status
   where m.agency_id = v_member.agency_id and m.id = v_member.id
  returning m.* into v_member;
  perform private.audit(v_member.agency_id,
    case when suspend_member.suspended then 'member.suspended' else 'member.reinstated' end,
    v_member.user_id, v_before || v_none, private.member_document(v_member) || v_revoked);
  return private.member_document(v_member);
end;
$$;

comment on function public.suspend_member(uuid, uuid, boolean) is
  'Takes every permission from a member and keeps the seat, or (suspended false) gives them back, but not the open invitations they had made; works on the member''s next statement. Errors: 403 permission_denied or owner_required, 404 agency_not_found or member_not_found, 409 last_owner.';
revoke all on function public.suspend_member(uuid, uuid, boolean) from public, anon;
grant execute on function public.suspend_member(uuid, uuid, boolean) to authenticated;
