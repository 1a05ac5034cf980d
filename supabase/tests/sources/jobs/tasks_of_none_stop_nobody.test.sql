begin;
select plan(4);
-- Staff put in line by hand what no job has asked for; a queue that cannot be rid of it serves nobody.
select tests.act_as_service();
select public.enqueue_task('scraping_job.run', payload)
  from (values ('{"job_id": "x", "run": 1}'::jsonb), ('{}'), ('{"job_id": "019a0000-0000-7000-8000-000000000001", "run": "y"}')) as p (payload);
select is(jsonb_array_length(public.claim_tasks('anna', '{scraping_job.run}', 3, 60)::jsonb), 3, 'a worker takes them');
reset role;
update private.tasks set lease_until = now() - interval '1 second', attempts = case when payload = '{}' then attempts else max_attempts end;
select is(private.rescue_tasks() + private.rescue_tasks(), 3::bigint, 'and falls silent');
select is((select count(*) from private.tasks where state = 'discarded'), 2::bigint, 'those without an attempt left are given up');
select tests.act_as_service();
select is(public.claim_tasks('ben', '{scraping_job.run}', 3, 60)::jsonb #>> '{0,payload}', '{}', 'and the queue goes on');
select * from finish();
rollback;
