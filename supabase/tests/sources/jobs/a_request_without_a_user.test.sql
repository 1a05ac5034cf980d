-- Signed in it may be, but as nobody: told to sign in, not that nothing is there.
begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.watch('acme');
select set_config('role', 'authenticated', true);

select throws_ok('select public.' || call, 'PT401', 'not_signed_in', split_part(call, '(', 1))
  from unnest(array[
    'get_data_source(tests.id(''acme/List''))', 'update_data_source(tests.id(''acme/List''), ''{"name": "x"}'')',
    'delete_data_source(tests.id(''acme/List''))', 'authorize_data_source_write(tests.id(''acme/List''))',
    'list_data_sources(tests.id(''acme''))', 'create_scraping_job(tests.id(''acme/List''), tests.id(''acme/Spring''))',
    'get_scraping_job(tests.id(''acme/job''))', 'start_scraping_job(tests.id(''acme/job''))',
    'list_job_logs(tests.id(''acme/job''))', 'list_scraping_jobs(tests.id(''acme''))'
  ]) as call;
select tests.is_untouched('acme');

select * from finish();
rollback;
