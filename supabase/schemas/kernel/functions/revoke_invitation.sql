create or replace function public.revoke_invitation(invitation_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- invitations have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.invitations;
  v_after public.invitations;
begin
  perform private.require_caller();
  select i.* into v_before
    from public.invitations as i
   where i.agency_id = any (private.my_agencies()) and i.id = revoke_invitation.invitation_id
     for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'invitation_not_found',
      detail = 'No invitation with this id is visible to you.';
  end if;
  perform private.require(v_before.agency_id, 'members.manage');
  if v_before.accepted_at is not null then
    raise exception using errcode = 'PT409', message = 'invitation_accepted',
      detail = 'This invitation has been accepted.', hint = 'Change the member instead.';
  end if;
  update public.invitations as i
     set revoked_at = coalesce(i.revoked_at, now())
   where i.agency_id = v_before.agency_id and i.id = v_before.id
  returning i.* into v_after;
  perform private.audit(v_after.agency_id, 'invitation.revoked', v_after.id,
    private.invitation_document(v_before), private.invitation_document(v_after));
  return private.invitation_document(v_after);
end;
$$;

comment on function public.revoke_invitation(uuid) is
  'Takes an invitation back; its token stops working. Errors: 403 permission_denied, 404 invitation_not_found, 409 invitation_accepted.';
revoke all on function public.revoke_invitation(uuid) from public, anon;
grant execute on function public.revoke_invitation(uuid) to authenticated;
