create or replace function private.fail_call(
  call private.call,
  code text,
  message text,
  details text default null,
  hint text default null
)
returns private.call
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := fail_call.call;
begin
  -- As PostgREST translates them.
  v_call.status := case
    when fail_call.code ~ '^PT[2-5]\d\d$' then substr(fail_call.code, 3)::integer
    when fail_call.code = '42501' then case when current_setting('role') = 'anon' then 401 else 403 end
    when fail_call.code in ('23503', '23505') then 409
    when fail_call.code = '25006' then 405
    when fail_call.code in ('42883', '42P01') then 404
    when fail_call.code = 'P0001' then 400
    when fail_call.code in ('42P17', '53400') then 500
    when fail_call.code ~ '^(08|53|57P01)' then 503
    when fail_call.code ~ '^(0L|0P|28)' then 403
    when fail_call.code ~ '^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX|PT)' then 500
    else 400
  end;
  v_call.body := jsonb_build_object(
    'code', fail_call.code, 'message', fail_call.message,
    'details', nullif(fail_call.details, ''), 'hint', nullif(fail_call.hint, ''));
  return v_call;
end;
$$;

comment on function private.fail_call(private.call, text, text, text, text) is
  'The call, answered by an error as the Data API words one, with its HTTP status.';
grant execute on function private.fail_call(private.call, text, text, text, text) to anon, authenticated;
