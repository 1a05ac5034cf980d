begin;
select plan(7);

select tests.create_agency('acme');
select tests.create_source('acme', 'Fair', 'api', '{"config": {"url": "https://fair.test"}}');
select tests.act_as('acme', 'analyst');
select throws_ok(format('select public.authorize_data_source_write(%L)', tests.id('acme/Fair')), 'PT403', 'permission_denied', 'a reader tries no connection');
select tests.act_as('acme', 'researcher');
select is((public.authorize_data_source_write(tests.id('acme/Fair'))).name, 'Fair', 'who may change a source may');
select throws_ok(format('select public.record_data_source_test(%L, true)', tests.id('acme/Fair')), '42501', null, 'but does not say how it went');
select tests.act_as_service();
select is((select format('%s: %s', s.status, s.last_error) from public.record_data_source_test(tests.id('acme/Fair'), false, 90, 'No answer') as s),
  'error: No answer', 'a failure is noted');
select is((select format('%s: %s', s.status, s.last_error) from public.record_data_source_test(tests.id('acme/Fair'), true, 90) as s),
  'active: ', 'and a success');
select tests.act_as('acme', 'researcher');
select public.update_data_source(tests.id('acme/Fair'), '{"status": "inactive"}');
select tests.act_as_service();
select is((select s.status from public.record_data_source_test(tests.id('acme/Fair'), true, 90) as s), 'inactive', 'what was switched off stays so');
select tests.act_as('acme', 'researcher');
select throws_ok(format($$ select public.update_data_source(%L, '{"status": "error"}') $$, tests.id('acme/Fair')),
  'PT422', 'data_source_status_unknown', 'a person sets no error');

select * from finish();
rollback;
