create or replace function private.api_key()
returns public.api_keys
language plpgsql
stable
security definer -- keys are looked up by a hash that nobody may read
set search_path = ''
as $$
#variable_conflict error
declare
  v_secret text := private.request_header('x-api-key');
  v_key public.api_keys;
begin
  -- A signed-in user is that user, whatever else the request carries.
  if v_secret is null or private.uid() is not null then
    return null;
  end if;
  select k.* into v_key
    from public.api_keys as k
    join public.agencies as a on a.id = k.agency_id and a.archived_at is null
   where k.secret_hash = private.hash_token(v_secret)
     and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > now());
  return v_key;
end;
$$;

comment on function private.api_key() is
  'The API key the request came with, if it is good; null otherwise. Looked up at each statement, so that a revoked key works no longer.';
