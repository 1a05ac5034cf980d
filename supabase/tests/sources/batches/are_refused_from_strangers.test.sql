begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');
create function pg_temp.as_anna(statement text) returns text language sql as $$
  select format(statement, w.task_id, w.claim) from tests.workers as w where w.name = 'anna';
$$;

grant execute on function pg_temp.as_anna(text) to public;

-- Its lease ran out, and another worker has the task.
update private.tasks as t set lease_until = now() - interval '1 second' where t.kind = 'scraping_job.run';
select tests.claim_job('ben');
select tests.watch('acme');
select tests.act_as_service();
select throws_ok(pg_temp.as_anna('select public.begin_scraping_job(%L, %s)'), 'PT409', 'task_lost', 'a lost task begins nothing');
select throws_ok(pg_temp.as_anna($$select public.import_job_batch(%L, %s, tests.people(1, 2))$$), 'PT409', 'task_lost', 'imports nothing');
select throws_ok(pg_temp.as_anna($$select public.finish_scraping_job(%L, %s, 'completed')$$), 'PT409', 'task_lost', 'and ends nothing');
select tests.is_untouched('acme');

select tests.act_as('acme', 'owner');
select throws_ok(pg_temp.as_anna('select public.import_job_batch(%L, %s)'), '42501', null, 'no person works as a worker');
select tests.act_as_service();
select throws_ok($$select public.import_job_batch(task_id, claim, '{}') from tests.workers where name = 'ben'$$,
  'PT422', 'rows_not_a_list', 'rows are a list');
select throws_ok($$select public.import_job_batch(task_id, claim, (select jsonb_agg(n) from generate_series(1, 10001) as n)) from tests.workers where name = 'ben'$$,
  'PT422', 'import_size_out_of_range', 'of 10,000 at most');
select throws_ok($$select public.finish_scraping_job(task_id, claim, 'cancelled') from tests.workers where name = 'ben'$$,
  'PT422', 'job_status_unknown', 'a worker cancels no job');
select public.enqueue_task('maintenance.sweep', '{}', tests.id('acme'));
select tests.claim_job('carl', 'maintenance.sweep');
select throws_ok($$select public.import_job_batch(task_id, claim) from tests.workers where name = 'carl'$$,
  'PT422', 'task_of_another_kind', 'nor does a task of another kind import anything');

select * from finish();
rollback;
