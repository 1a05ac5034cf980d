begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "a@x.test", "first_name": "Ada", "last_name": "Lovelace"}');
select tests.create_lead('acme', 'Launch', '{"email": "b@x.test"}');
update public.leads set assigned_to = tests.id('acme/sales') where email = 'a@x.test';

select tests.act_as('acme', 'manager');
select public.qualify_lead(tests.id('acme/b@x.test'), 5);
select is((select count(*) from public.notifications), 0::bigint, 'of a lead without an assignee nobody is told');

select public.qualify_lead(tests.id('acme/a@x.test'), 5, notes => 'Wants a call');
select public.qualify_lead(tests.id('acme/a@x.test'), 3);
select public.qualify_lead(tests.id('acme/a@x.test'), 1);
select tests.act_as('acme', 'sales');
select set_eq('select type, title, body, data from public.notifications',
  $$ select 'lead.qualified', t, b, jsonb_build_object('lead_id', tests.id('acme/a@x.test'), 'campaign_id', tests.id('acme/Launch'), 'score', s)
       from (values ('Ada Lovelace was qualified (5 of 5)', 'Wants a call', 5), ('Ada Lovelace was judged (3 of 5)', null, 3),
                    ('Ada Lovelace was rejected (1 of 5)', null, 1)) as v (t, b, s) $$,
  'the assignee is told how a lead was judged');

select public.qualify_lead(tests.id('acme/a@x.test'), 4);
select is((select count(*) from public.notifications), 3::bigint, 'not of what they judged themselves');
select tests.act_as('acme', 'manager');
select throws_ok(format('select public.qualify_lead(%L, 9)', tests.id('acme/a@x.test')), 'PT422', 'qualification_score_out_of_range', 'a refusal');
select tests.act_as('acme', 'sales');
select is((select count(*) from public.notifications), 3::bigint, 'tells nobody');

select * from finish();
rollback;
