create or replace function private.tg_agencies__add_scoring_model()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.add_default_scoring_model(new.id);
  return null;
end;
$$;

comment on function private.tg_agencies__add_scoring_model() is
  'A new agency can judge its leads from the first one on.';
