create or replace function private.rate_refusal()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.error_answer('PT429', 'rate_limited', 'Too many requests.', 'Wait as long as Retry-After says.')
$$;

comment on function private.rate_refusal() is 'The answer to a call over a limit.';
grant execute on function private.rate_refusal() to anon, authenticated;
