begin;
select plan(1);
select tests.act_as_service();
select throws_ok('select public.get_data_source_secrets(gen_random_uuid())', 'PT404', 'data_source_not_found',
  'what is no source has no secrets');
select * from finish();
rollback;
