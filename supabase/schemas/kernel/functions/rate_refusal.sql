create or replace function private.rate_refusal()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return private.error_answer('PT429', 'rate_limited', 'Too many requests.', 'Wait as long as Retry-After says.');
end;
$$;

comment on function private.rate_refusal() is 'The answer to a call over a limit.';
grant execute on function private.rate_refusal() to anon, authenticated;
