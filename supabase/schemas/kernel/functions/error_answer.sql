create or replace function private.error_answer(
  code text,
  message text,
  details text default null,
  hint text default null
)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'status', case when error_answer.code ~ '^PT\d{3}$' then substr(error_answer.code, 3)::integer else 400 end,
    'body', jsonb_build_object(
      'code', error_answer.code, 'message', error_answer.message,
      'details', nullif(error_answer.details, ''), 'hint', nullif(error_answer.hint, ''))
  )
$$;

comment on function private.error_answer(text, text, text, text) is
  'An error as the Data API words one, with its HTTP status.';
grant execute on function private.error_answer(text, text, text, text) to anon, authenticated;
