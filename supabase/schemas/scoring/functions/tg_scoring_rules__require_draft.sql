create or replace function private.tg_scoring_rules__require_draft()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if exists (
    select from public.scoring_models as m
     where (m.agency_id, m.id) in ((old.agency_id, old.model_id), (new.agency_id, new.model_id))
       and m.status <> 'draft'
  ) then
    raise exception using errcode = 'PT409', message = 'scoring_model_not_draft',
      detail = 'The rules of a model are settled once it is published.',
      hint = 'Make a new version of the model and publish that.';
  end if;
  return coalesce(new, old);
end;
$$;

comment on function private.tg_scoring_rules__require_draft() is
  'Refuses to change rules that scores have been made with: 409 scoring_model_not_draft.';
