begin;
select plan(6);

select tests.create_agency('acme');
select tests.new_events();

create function pg_temp.logged(before jsonb, after jsonb) returns table (b jsonb, a jsonb) language plpgsql as $$
begin
  perform private.audit(tests.id('acme'), 'thing.changed', null, before, after);
  return query select e.before, e.after from tests.new_events() as e;
end;
$$;
select results_eq(
  $$ select * from pg_temp.logged('{"a": 1, "b": {"x": 1}, "c": null, "d": 4}', '{"a": 2, "b": {"x": 1}, "c": 3, "d": null}') $$,
  $$ values ('{"a": 1, "c": null, "d": 4}'::jsonb, '{"a": 2, "c": 3, "d": null}'::jsonb) $$,
  'of two rows the fields that differ');
select results_eq(
  $$ select * from pg_temp.logged('{"updated_at": 1, "search": 1, "dedupe_key": 1, "score_log": 1, "a": 1}', '{"updated_at": 2, "search": 2, "dedupe_key": 2, "score_log": 2, "a": 2}') $$,
  $$ values ('{"a": 1}'::jsonb, '{"a": 2}'::jsonb) $$, 'without what follows from others');
select results_eq($$ select * from pg_temp.logged('{"a": 1}', '{"a": 1}') $$, $$ values (null::jsonb, null::jsonb) $$,
  'of equal rows nothing');
select results_eq(
  $$ select * from pg_temp.logged(null, '{"a": 1, "dedupe_key": 1}') $$, $$ values (null::jsonb, '{"a": 1}'::jsonb) $$,
  'of a creation all of it');
select results_eq(
  $$ select * from pg_temp.logged('{"a": 1}', null) $$, $$ values ('{"a": 1}'::jsonb, null::jsonb) $$, 'and of an end');
select throws_like($$ select private.audit(tests.id('acme'), 'nonsense', null) $$, '%audit_log_action_is_entity_dot_verb%',
  'an action is <entity>.<verb>');

select * from finish();
rollback;
