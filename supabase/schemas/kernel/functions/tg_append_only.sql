create or replace function private.tg_append_only()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  raise exception using errcode = 'PT405', message = 'append_only',
    detail = format('Rows of %s are never changed or removed.', tg_table_name);
end;
$$;

comment on function private.tg_append_only() is 'Refuses update, delete and truncate, whoever asks: 405 append_only.';
