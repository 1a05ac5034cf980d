begin;
select plan(2);

select tests.create_agency('acme');
select tests.act_as('acme', 'researcher');
select is((public.create_data_source('api', 'Fair', '{"status": "inactive"}')).status, 'inactive', 'a source may begin switched off');
select throws_ok($$ select public.create_data_source('api', 'Fair', '{"status": "error"}') $$,
  'PT422', 'data_source_status_unknown', 'but in error is what a test of it says');

select * from finish();
rollback;
