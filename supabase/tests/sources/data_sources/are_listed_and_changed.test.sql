begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_source('acme', 'Fair visitors', 'api');
select tests.create_source('acme', 'List');
select tests.create_source('globex', 'Theirs');
select tests.new_events();

select tests.act_as('acme', 'analyst');
select is(public.list_data_sources(type => 'csv') -> 'items' -> 0 ->> 'name', 'List', 'sources are listed by type');
select is(public.list_data_sources(search => 'VISIT') ->> 'total', '1', 'found by name');
select is(public.list_data_sources(status => 'active') ->> 'total', '2', 'and by status, one''s own agency''s alone');
select throws_ok(format($$ select public.update_data_source(%L, '{"name": "X"}') $$, tests.id('acme/List')), 'PT403', 'permission_denied', 'readers change none');
select tests.act_as('acme', 'sales');
select throws_ok(format('select public.get_data_source(%L)', tests.id('acme/List')), 'PT404', 'data_source_not_found', 'sales sees none');
select throws_ok('select public.list_data_sources()', 'PT403', 'permission_denied', 'and lists none');
select tests.act_as('acme', 'researcher');
select throws_ok(format($$ select public.update_data_source(%L, '{"name": "X"}') $$, tests.id('globex/Theirs')), 'PT404', 'data_source_not_found', 'nobody sees another agency''s');
select throws_ok(format($$ select public.update_data_source(%L, '{"metrics": {}}') $$, tests.id('acme/List')), 'PT422', 'unknown_field', 'metrics are not said');
select is((select format('%s %s', s.name, s.rate_limit) from public.update_data_source(tests.id('acme/List'), '{"name": "Long list", "rate_limit": 30}') as s),
  'Long list 30', 'fields are changed');
select results_eq($$ select action, before, after from tests.new_events() $$,
  $$ values ('data_source.updated', '{"name": "List", "rate_limit": null}'::jsonb, '{"name": "Long list", "rate_limit": 30}'::jsonb) $$,
  'and the log says which');

select * from finish();
rollback;
