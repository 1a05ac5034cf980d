begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'admin');

select results_eq(
  $$ select name, slug, settings from public.update_agency(tests.id('acme'), '{"settings": {"a": {"b": null}}}') $$,
  $$ values ('acme', 'acme', '{"a": {"b": null}}'::jsonb) $$,
  'what is not named stays');
select results_eq(
  $$ select agency_id, action, entity_id, before, after from tests.new_events() $$,
  $$ values (tests.id('acme'), 'agency.updated', tests.id('acme'),
            '{"settings": {}}'::jsonb, '{"settings": {"a": {"b": null}}}'::jsonb) $$,
  'one audit event tells just the difference');
select is((public.update_agency(tests.id('acme'), '{"name": "ACME Ltd", "slug": "acme-ltd"}')).slug, 'acme-ltd',
  'name and slug can change');

select throws_ok($$ select public.update_agency(tests.id('acme'), '{"slug": "globex"}') $$,
  'PT409', 'agency_slug_taken', 'another agency''s slug is refused');
select throws_ok($$ select public.update_agency(tests.id('acme'), '{"archived_at": null}') $$,
  'PT422', 'unknown_field', 'other columns are not fields');
select throws_ok($$ select public.update_agency(tests.id('acme'), '[]') $$,
  'PT422', 'not_an_object', 'changes are an object');
select throws_like($$ select public.update_agency(tests.id('acme'), '{"settings": []}') $$,
  '%agencies_settings_is_an_object%', 'settings are an object');

select throws_ok($$ select public.update_agency(tests.id('globex'), '{"name": "Mine"}') $$,
  'PT404', 'agency_not_found', 'another agency is not found');
select tests.act_as('acme', 'manager');
select throws_ok($$ select public.update_agency(tests.id('acme'), '{"name": "Mine"}') $$,
  'PT403', 'permission_denied', 'who does not manage the agency may not');
select is((public.get_agency(tests.id('acme'))).name, 'ACME Ltd', 'nothing refused has happened');
select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;
