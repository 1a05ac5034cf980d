-- private.lead_stage: how far a lead ever came. Rejecting does not lower it.
begin;
select plan(15);

select is(private.lead_stage(v.status::public.lead_status, v.contacted, v.responded, v.qualified, v.converted), v.stage, format('%s with %s',
    v.status, concat_ws(' ', case when v.contacted is not null then 'contacted' end, case when v.responded is not null then 'responded' end,
      case when v.qualified is not null then 'qualified' end, case when v.converted is not null then 'converted' end)))
  from (values
    ('new', null::timestamptz, null::timestamptz, null::timestamptz, null::timestamptz, 0),
    ('new', now(), null, null, null, 1),
    ('contacted', null, null, null, null, 1), ('responded', null, null, null, null, 2), ('qualified', null, null, null, null, 3),
    ('converted', null, null, null, null, 4), ('converted', now(), now(), now(), now(), 4),
    ('rejected', null, null, null, null, 0), ('rejected', now(), null, null, null, 1), ('rejected', null, now(), null, null, 2),
    ('rejected', null, null, now(), null, 3), ('rejected', null, null, null, now(), 3)
  ) as v (status, contacted, responded, qualified, converted, stage);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "a@x.test", "status": "converted"}');
select tests.create_lead('acme', 'Launch', '{"email": "b@x.test", "status": "responded"}');
select tests.act_as('acme', 'manager');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'reached',
  '{"contacted": 2, "responded": 2, "qualified": 1, "converted": 1}', 'the figures count who came so far');
select public.bulk_update_lead_status(array[tests.id('acme/a@x.test'), tests.id('acme/b@x.test')], 'rejected');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'reached',
  '{"contacted": 2, "responded": 2, "qualified": 1, "converted": 0}', 'rejected they have come so far still, though converted they are not');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'rejected', '2', 'and are rejected');

select * from finish();
rollback;
