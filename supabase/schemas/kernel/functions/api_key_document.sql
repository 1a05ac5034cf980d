create or replace function private.api_key_document(key public.api_keys)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(key) - 'secret_hash' || jsonb_build_object(
    'created_by_email', (select p.email from public.profiles as p where p.id = key.created_by),
    'created_by_member', exists (
      select from public.memberships as m
       where m.agency_id = key.agency_id and m.user_id = key.created_by and m.status = 'active'
    )
  )
$$;

comment on function private.api_key_document(public.api_keys) is
  'An API key as the API shows one: without the secret''s hash, with who made it and whether they are an active member still.';
