create or replace function private.tg_set_updated_at()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  new.updated_at := now();
  return new;
end;
$$;

comment on function private.tg_set_updated_at() is 'Stamps a changed row.';
