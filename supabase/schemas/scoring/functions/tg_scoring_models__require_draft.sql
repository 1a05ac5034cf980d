create or replace function private.tg_scoring_models__require_draft()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  raise exception using errcode = 'PT409', message = 'scoring_model_not_draft',
    detail = 'What a model judges by is settled once it is published.',
    hint = 'Make a new version of the model and publish that.';
end;
$$;

comment on function private.tg_scoring_models__require_draft() is
  'Refuses to change what scores have been made with: 409 scoring_model_not_draft.';
