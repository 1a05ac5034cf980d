create or replace function private.invitation_document(invitation public.invitations)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(invitation) - 'token_hash' || jsonb_build_object(
    'status', case
      when (invitation).accepted_at is not null then 'accepted'
      when (invitation).revoked_at is not null then 'revoked'
      when (invitation).expires_at <= now() then 'expired'
      else 'open'
    end
  )
$$;

comment on function private.invitation_document(public.invitations) is
  'An invitation as the API shows one: with its status, without the token''s hash.';
