begin;
select plan(2);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');

select tests.act_as('acme', 'analyst');
select lives_ok(format('select public.list_job_logs(%L, %L)', tests.id('acme/job'), 'warning'), 'a log is read by a level');
select throws_ok(format('select public.list_job_logs(%L, %L)', tests.id('acme/job'), 'shout'), 'PT422', 'log_level_unknown',
  'that there is');

select * from finish();
rollback;
