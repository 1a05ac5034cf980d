create or replace function public.get_invitation(token text)
returns jsonb
language plpgsql
stable
security definer -- whoever holds the token may see what it invites to, before signing up
set search_path = ''
as $$
#variable_conflict error
declare
  v_document jsonb;
begin
  select jsonb_build_object('agency_name', a.name, 'email', i.email, 'roles', i.roles,
           'expires_at', i.expires_at)
    into v_document
    from public.invitations as i
    join public.agencies as a on a.id = i.agency_id
   where i.token_hash = private.hash_token(get_invitation.token)
     and i.accepted_at is null and i.revoked_at is null and i.expires_at > now();
  if v_document is null then
    raise exception using errcode = 'PT404', message = 'invitation_not_open',
      detail = 'This invitation does not exist, has been used, was revoked or has expired.',
      hint = 'Ask the agency for a new invitation.';
  end if;
  return v_document;
end;
$$;

comment on function public.get_invitation(text) is
  'What an open invitation offers: {agency_name, email, roles, expires_at}. Open to whoever holds the token. Error 404 invitation_not_open.';
revoke all on function public.get_invitation(text) from public;
grant execute on function public.get_invitation(text) to anon, authenticated;
