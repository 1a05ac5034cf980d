begin;
select plan(9);
select tests.create_agency('acme');
select tests.enqueue(agency => 'acme', options => '{"as": "due", "payload": {"n": 1}}');
select tests.enqueue(options => jsonb_build_object('as', 'later', 'run_at', now() + interval '1 minute'));

select is((tests.task('due')).state::text, 'available', 'what is due waits');
select is((tests.task('later')).state::text, 'scheduled', 'what is not due is scheduled');

select tests.act_as_service();
create temporary table got on commit drop as
  select t from jsonb_array_elements(public.claim_tasks('w1', '{maintenance.sweep}', 10, 30)::jsonb) as t;
select is((select count(*) from got), 1::bigint, 'a claim takes what is due');
select is((select t - 'lease_until' from got), jsonb_build_object(
  'id', tests.id('due'), 'agency_id', tests.id('acme'), 'kind', 'maintenance.sweep', 'payload', '{"n": 1}'::jsonb,
  'claim', 1, 'attempt', 1, 'max_attempts', 20, 'last_error', null), 'with all that a worker needs');
select is((select (t ->> 'lease_until')::timestamptz from got), now() + interval '30 seconds', 'for as long as it asked');
select is(public.claim_tasks('w2', '{maintenance.sweep}', 10, 30)::jsonb, '[]', 'nobody else gets it');

select tests.act_as_postgres();
select is((select row(t.state, t.worker, t.attempts)::text from private.tasks as t where t.id = tests.id('due')),
  '(running,w1,1)', 'it runs, and this was its first attempt');

update private.tasks set run_at = now() where id = tests.id('later');
select tests.act_as_service();
select is(public.claim_tasks('w2', '{nonesuch.kind}', 10, 30)::jsonb, '[]', 'a worker gets no kind that it does not know');
select is((public.claim_tasks('w2', '{maintenance.sweep}', 10, 30) -> 0 ->> 'id')::uuid, tests.id('later'),
  'what has become due is claimed without anybody''s tick');
select * from finish();
rollback;
