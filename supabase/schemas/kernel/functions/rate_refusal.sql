create or replace function private.rate_refusal(call private.call)
returns private.call
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := private.fail_call(
    rate_refusal.call, 'PT429', 'rate_limited', 'Too many requests.', 'Wait as long as Retry-After says.');
begin
  -- Where several are used up, the one that takes longest counts.
  select l into v_call.tightest
    from unnest(v_call.limits) as l
   order by l.tat + l.step - l.period desc nulls last
   limit 1;
  v_call.tightest.remaining := 0;
  return v_call;
end;
$$;

comment on function private.rate_refusal(private.call) is 'The call, refused because a limit is used up.';
