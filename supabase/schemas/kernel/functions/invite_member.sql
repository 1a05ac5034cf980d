create or replace function public.invite_member(
  agency_id uuid,
  email text,
  roles text[],
  client_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- invitations have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_email extensions.citext := trim(invite_member.email);
  v_invitation public.invitations;
begin
  perform private.require(invite_member.agency_id, 'members.manage');
  -- One change of members at a time: an address has one open invitation, and whoever is removed
  -- meanwhile invites nobody.
  perform from public.agencies as a where a.id = invite_member.agency_id for no key update;
  perform private.require(invite_member.agency_id, 'members.manage');
  perform private.require_roles(invite_member.agency_id, invite_member.roles, invite_member.client_id);
  -- The operator by its full name: with an empty search_path citext would be compared as text.
  if exists (
    select from public.memberships as m
      join public.profiles as p on p.id = m.user_id
     where m.agency_id = invite_member.agency_id and p.email operator(extensions.=) v_email
  ) then
    raise exception using errcode = 'PT409', message = 'already_a_member',
      detail = 'This person is already a member of the agency.', hint = 'Set their roles instead.';
  end if;

  -- A new invitation takes the place of an open one: the old token stops working.
  update public.invitations as i
     set revoked_at = now()
   where i.agency_id = invite_member.agency_id and i.email operator(extensions.=) v_email
     and i.accepted_at is null and i.revoked_at is null;
  insert into public.invitations (agency_id, email, roles, client_id, token_hash, invited_by)
  values (invite_member.agency_id, v_email, invite_member.roles, invite_member.client_id,
    private.hash_token(v_token), private.uid())
  returning * into v_invitation;
  perform private.audit(v_invitation.agency_id, 'invitation.created', v_invitation.id, null,
    private.invitation_document(v_invitation));
  return private.invitation_document(v_invitation) || jsonb_build_object(
    'token', v_token,
    'agency_name', (select a.name from public.agencies as a where a.id = v_invitation.agency_id)
  );
end;
$$;

comment on function public.invite_member(uuid, text, text[], uuid) is
  'Invites an e-mail address for 7 days. The answer holds the token, this once; a later invitation of the same address revokes the earlier. Errors: 403 permission_denied, permission_not_held or owner_required, 404 agency_not_found, 409 already_a_member, 422 role_required, role_unknown or client_required.';
revoke all on function public.invite_member(uuid, text, text[], uuid) from public, anon;
grant execute on function public.invite_member(uuid, text, text[], uuid) to authenticated;
