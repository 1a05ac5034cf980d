create or replace function private.tg_scoring_models__compile()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if new.status = 'published' then
    perform private.compile_scoring_model(new.agency_id, new.id);
  elsif tg_op = 'UPDATE' and old.status = 'published' then
    delete from private.scoring_programs as p
     where p.agency_id = new.agency_id and p.model_id = new.id;
  end if;
  return null;
end;
$$;

comment on function private.tg_scoring_models__compile() is
  'Keeps the agency''s program in step with which model is published.';
