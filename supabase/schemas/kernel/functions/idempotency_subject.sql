create or replace function private.idempotency_subject()
returns text
language sql
stable
security definer -- an API key is looked up by a hash that nobody may read
set search_path = ''
as $$
  select coalesce('user:' || private.uid(), 'api_key:' || (private.api_key()).id,
    case when private.is_service() then 'service' end)
$$;

comment on function private.idempotency_subject() is
  'Whose Idempotency-Keys these are; null before sign-in.';
