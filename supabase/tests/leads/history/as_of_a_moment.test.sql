begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test", "city": "Oslo"}');
select tests.act_as('acme', 'manager');
create temporary table moments (name text, at timestamptz);
insert into moments values ('before', clock_timestamp());
select public.assign_lead(tests.id('acme/ada@x.test'), 'sales@acme.test');
select public.update_lead(tests.id('acme/ada@x.test'), '{"city": "Lisbon"}');
select public.update_campaign(tests.id('acme/Spring'), '{"name": "Summer", "target_leads": 5}');
insert into moments values ('changed', clock_timestamp());
select public.delete_lead(tests.id('acme/ada@x.test'));
select public.delete_campaign(tests.id('acme/Spring'));
insert into moments values ('deleted', clock_timestamp());

create function pg_temp.lead(moment text) returns public.lead_details language sql as $$
  select public.get_lead_as_of(tests.id('acme/ada@x.test'), m.at) from moments as m where m.name = moment
$$;
select is((pg_temp.lead('before')).city, 'Oslo', 'a field as it was');
select is((pg_temp.lead('before')).assigned_to, null, 'nobody was assigned');
select is((pg_temp.lead('before')).campaign_name, 'Spring', 'the campaign''s name was another');
select is((pg_temp.lead('changed')).city, 'Lisbon', 'later');
select is((pg_temp.lead('changed')).assignee_name, 'Sales of acme', 'someone was');
select is((pg_temp.lead('changed')).campaign_name, 'Summer', 'and the campaign renamed');
select throws_ok($$ select pg_temp.lead('deleted') $$, 'PT404', 'lead_not_found', 'then it was deleted');
select throws_ok($$ select public.get_lead_as_of(tests.id('acme/ada@x.test'), now() - interval '1 second') $$, 'PT404', 'lead_not_found', 'once it was not there yet');
select throws_ok($$ select public.get_lead_as_of(tests.id('acme/ada@x.test'), null) $$, 'PT404', 'lead_not_found', 'never is no moment');
select is((select (public.get_campaign_as_of(tests.id('acme/Spring'), at)).target_leads from moments where name = 'before'), null, 'campaigns likewise');
select is((select (public.get_campaign_as_of(tests.id('acme/Spring'), at)).target_leads from moments where name = 'changed'), 5, 'at each moment');
select throws_ok($$ select public.get_campaign_as_of(tests.id('acme/Spring'), at) from moments where name = 'deleted' $$, 'PT404', 'campaign_not_found', 'until they end');

select * from finish();
rollback;
