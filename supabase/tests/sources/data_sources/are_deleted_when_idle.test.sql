begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List', 'csv', jsonb_build_object('config', '{"text": "email"}'::jsonb,
  'schedule', '0 6 * * *', 'schedule_campaign_id', tests.id('acme/Spring')));
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.act_as('acme', 'researcher');
create function pg_temp.refused() returns text language plpgsql as $$
begin
  perform public.delete_data_source(tests.id('acme/List'));
  return 'deleted';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end;
$$;

select is(pg_temp.refused(), 'PT409 data_source_in_use', 'a source with a pending job stays');
select tests.move_job('acme/job', 'start');
select is(pg_temp.refused(), 'PT409 data_source_in_use', 'as with a running one');
select tests.move_job('acme/job', 'pause');
select is(pg_temp.refused(), 'PT409 data_source_in_use', 'or a paused one');
select tests.move_job('acme/job', 'resume');
select tests.take_job('anna', 'acme/job');
select tests.import_batch('anna', tests.people(1, 3), '[{"row": 4, "field": null, "reason": "X"}]');
select tests.finish_job('anna', 'failed', 'No answer');
select is(pg_temp.refused(), 'deleted', 'with its jobs ended it goes');

select tests.act_as_postgres();
select is_empty('select 1 from public.data_sources', 'it is gone');
select is_empty('select 1 from private.data_source_texts', 'with its text');
select is_empty($$ select 1 from private.schedules where name like 'data_source:%' $$, 'and its schedule');
select is((select data_source_id is null and rows_created = 3 from tests.job('acme/job')), true, 'its job stays, without it');
select is((select count(*) from public.scraping_job_logs as l where l.job_id = tests.id('acme/job')), 4::bigint, 'with its log');
select is((select count(*) from public.leads as l where l.data_source_id is null and l.scraping_job_id = tests.id('acme/job')), 3::bigint, 'and its leads');
select throws_ok($$ select tests.move_job('acme/job', 'retry') $$, 'PT409', 'data_source_gone', 'there is nothing to try again');

select * from finish();
rollback;
