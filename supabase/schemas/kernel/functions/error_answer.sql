create or replace function private.error_answer(
  code text,
  message text,
  details text default null,
  hint text default null
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return jsonb_build_object(
    -- As PostgREST translates them.
    'status', case
      when error_answer.code ~ '^PT[2-5]\d\d$' then substr(error_answer.code, 3)::integer
      when error_answer.code = '42501' then case when current_setting('role') = 'anon' then 401 else 403 end
      when error_answer.code in ('23503', '23505') then 409
      when error_answer.code = '25006' then 405
      when error_answer.code in ('42883', '42P01') then 404
      when error_answer.code = 'P0001' then 400
      when error_answer.code in ('42P17', '53400') then 500
      when error_answer.code ~ '^(08|53|57P01)' then 503
      when error_answer.code ~ '^(0L|0P|28)' then 403
      when error_answer.code ~ '^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX|PT)' then 500
      else 400
    end,
    'body', jsonb_build_object(
      'code', error_answer.code, 'message', error_answer.message,
      'details', nullif(error_answer.details, ''), 'hint', nullif(error_answer.hint, ''))
  );
end;
$$;

comment on function private.error_answer(text, text, text, text) is
  'An error as the Data API words one, with its HTTP status.';
grant execute on function private.error_answer(text, text, text, text) to anon, authenticated;
