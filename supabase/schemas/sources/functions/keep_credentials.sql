create or replace function private.keep_credentials(source public.data_sources, credentials jsonb)
returns void
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
begin
  if keep_credentials.credentials is null then
    return;
  end if;
  if keep_credentials.credentials = '{}' then
    delete from private.data_source_credentials as c
     where c.agency_id = (source).agency_id and c.data_source_id = (source).id;
    return;
  end if;
  -- What is no envelope is not repeated in the error: it may be a secret.
  if jsonb_typeof(keep_credentials.credentials) <> 'object'
    or not keep_credentials.credentials ?& '{key_id,nonce,ciphertext}'::text[]
    or keep_credentials.credentials - '{key_id,nonce,ciphertext}'::text[] <> '{}' then
    raise exception using errcode = 'PT422', message = 'credentials_not_sealed',
      detail = 'Credentials are kept as an envelope {key_id, nonce, ciphertext} alone.',
      hint = 'Send them to the function data-sources, which seals them.';
  end if;
  insert into private.data_source_credentials as c (agency_id, data_source_id, key_id, nonce, ciphertext)
  values ((source).agency_id, (source).id, keep_credentials.credentials ->> 'key_id',
    keep_credentials.credentials ->> 'nonce', keep_credentials.credentials ->> 'ciphertext')
  on conflict on constraint data_source_credentials_pkey do update
     set key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext, updated_at = now();
exception
  when check_violation then
    raise exception using errcode = 'PT422', message = 'credentials_not_sealed',
      detail = 'This is no envelope {key_id, nonce, ciphertext} of sealed credentials.',
      hint = 'Send them to the function data-sources, which seals them.';
end;
$$;

comment on function private.keep_credentials(public.data_sources, jsonb) is
  'Keeps a source''s sealed credentials: null leaves what there is, {} forgets it. Error: 422 credentials_not_sealed.';
