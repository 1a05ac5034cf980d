begin;
select plan(4);

select tests.act_as_anon();
select is(public.check_readiness(), '{"ready": true, "checks": {"database": true, "auth": true, "tasks_run": true, "metrics_folded": true}}',
  'a fresh system is ready, and anyone may ask');

select tests.act_as_postgres();
select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select is(public.check_readiness() -> 'ready', 'true', 'deltas may wait for a while');
update private.lead_metric_deltas set at = now() - interval '6 minutes';
select is(public.check_readiness(), '{"ready": false, "checks": {"database": true, "auth": true, "tasks_run": true, "metrics_folded": false}}',
  'but not for minutes');
select private.fold();
select is(public.check_readiness() -> 'ready', 'true', 'folded, all is well');

select * from finish();
rollback;
