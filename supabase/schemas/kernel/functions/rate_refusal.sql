create or replace function private.rate_refusal(call private.call)
returns private.call
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return private.fail_call(
    rate_refusal.call, 'PT429', 'rate_limited', 'Too many requests.', 'Wait as long as Retry-After says.');
end;
$$;

comment on function private.rate_refusal(private.call) is 'The call, refused because a limit is used up.';
