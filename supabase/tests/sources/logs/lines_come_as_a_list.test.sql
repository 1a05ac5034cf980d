begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');

select tests.act_as('acme', 'researcher');
select throws_ok(format('select public.append_job_logs(%L, 1, %L)', tests.id('acme/job'), logs),
  'PT422', 'rows_not_a_list', format('%L is no list of lines', logs))
from unnest(array['{"level": "info", "message": "X"}', '"X"', 'null', null]) as logs;
select is((tests.job('acme/job')).log_lines, 1, 'none was added');

select * from finish();
rollback;
