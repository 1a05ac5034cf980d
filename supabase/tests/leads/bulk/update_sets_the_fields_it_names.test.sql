begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test", "first_name": "Ada", "city": "Old", "tags": ["old"]}');
create temporary table changes as select '{"status": "contacted", "priority": "urgent", "title": "CEO", "website": "https://x.test", "city": "London",
  "country": "UK", "industry": "Computing", "qualification_notes": "Notes", "tags": ["x", "y"]}'::jsonb as changes;
grant select on changes to public;

select tests.act_as('acme', 'manager');
select is(public.bulk_update_leads(array[tests.id('acme/lead@x.test')], changes) -> 'succeeded', '1', 'all of them at once') from changes;
select is((select jsonb_object_agg(k, to_jsonb(tests.lead('acme/lead@x.test')) -> k) from jsonb_object_keys(changes) as k), changes, 'are set') from changes;
select public.bulk_update_leads(array[tests.id('acme/lead@x.test')], '{"title": null, "website": null, "city": null, "country": null,
  "industry": null, "qualification_notes": null, "tags": null, "priority": null}');
select is((select jsonb_object_agg(k, to_jsonb(tests.lead('acme/lead@x.test')) -> k) from jsonb_object_keys(changes) as k),
  '{"status": "contacted", "priority": "urgent", "title": null, "website": null, "city": null, "country": null, "industry": null,
    "qualification_notes": null, "tags": []}', 'and cleared, but for what is never empty') from changes;
select is((tests.lead('acme/lead@x.test')).first_name, 'Ada', 'what is not named stays');

select * from finish();
rollback;
