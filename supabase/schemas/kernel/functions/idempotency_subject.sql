create or replace function private.idempotency_subject()
returns text
language plpgsql
stable
security definer -- an API key is looked up by a hash that nobody may read
set search_path = ''
as $$
#variable_conflict error
begin
  return coalesce('user:' || private.uid(), 'api_key:' || (private.api_key()).id,
    case when private.is_service() then 'service' end);
end;
$$;

comment on function private.idempotency_subject() is
  'Whose Idempotency-Keys these are; null before sign-in.';
