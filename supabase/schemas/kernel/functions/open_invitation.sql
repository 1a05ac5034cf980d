create or replace function private.open_invitation(token text)
returns public.invitations
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_invitation public.invitations;
begin
  -- The agency before the invitation, as everyone locks who changes members.
  perform from public.agencies as a
    where a.id in (
      select i.agency_id from public.invitations as i
       where i.token_hash = private.hash_token(open_invitation.token))
      for no key update;
  -- Locked by its user, so that one token cannot be accepted twice at once.
  select i.* into v_invitation
    from public.invitations as i
   where i.token_hash = private.hash_token(open_invitation.token)
     for update;
  if v_invitation.id is null or v_invitation.accepted_at is not null
    or v_invitation.revoked_at is not null or v_invitation.expires_at <= now() then
    raise exception using errcode = 'PT404', message = 'invitation_not_open',
      detail = 'This invitation does not exist, has been used, was revoked or has expired.',
      hint = 'Ask the agency for a new invitation.';
  end if;
  return v_invitation;
end;
$$;

comment on function private.open_invitation(text) is
  'The open invitation that the token belongs to, locked with its agency; error 404 invitation_not_open.';
