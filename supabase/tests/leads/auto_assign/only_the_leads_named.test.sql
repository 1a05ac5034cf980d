begin;
select plan(6);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('acme', 'Other');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', n || '@x.test')) from generate_series(1, 3) as n;
select tests.create_lead('acme', 'Launch', '{"email": "held@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "deleted@x.test"}');
select tests.create_lead('acme', 'Other', '{"email": "other@x.test"}');
select tests.create_lead('globex', 'Foreign', '{"email": "foreign@x.test"}');
update public.leads set assigned_to = tests.id('acme/admin') where email = 'held@x.test';
update public.leads set deleted_at = now() where email = 'deleted@x.test';
select tests.watch('globex');

select tests.act_as('acme', 'manager');
select is(public.auto_assign_leads(tests.id('acme/Launch'), lead_ids => (
    select array_agg(tests.id(k)) from unnest('{acme/1@x.test,acme/3@x.test,acme/held@x.test,acme/deleted@x.test,acme/other@x.test,globex/foreign@x.test}'::text[]) as k
  )) - 'results', '{"assigned": 2, "unassigned": 0}', 'of those named the ones that wait in the campaign');
select tests.act_as_postgres();
select results_eq(
  $$ select email::text from public.leads where assigned_to = tests.id('acme/sales') order by 1 $$,
  $$ values ('1@x.test'), ('3@x.test') $$, 'and no other');
select is((tests.lead('acme/held@x.test')).assigned_to, tests.id('acme/admin'), 'who has a lead keeps it');

select tests.act_as('acme', 'manager');
select is(public.auto_assign_leads(tests.id('acme/Launch'), lead_ids => '{}') -> 'assigned', '0', 'of none named none');
select throws_ok($$ select public.auto_assign_leads(tests.id('globex/Foreign')) $$, 'PT404', 'campaign_not_found', 'nor in another agency');
select tests.is_untouched('globex');

select * from finish();
rollback;
