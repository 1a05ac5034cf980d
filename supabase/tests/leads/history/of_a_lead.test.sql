begin;
select plan(15);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test"}');
select tests.act_as('acme', 'manager');
select public.update_lead(tests.id('acme/ada@x.test'), '{"city": "Oslo"}');
select public.bulk_update_lead_status(array[tests.id('acme/ada@x.test')], 'contacted');
select public.import_leads(tests.id('acme/Spring'), '[{"email": "ada@x.test", "country": "Norway"}, {"email": "new@x.test"}]');
select public.record_lead_activity(tests.id('acme/ada@x.test'), 'replied');
select public.delete_lead(tests.id('acme/ada@x.test'));
select tests.act_as_postgres();
select tests.remember('acme/new@x.test', id) from public.leads where email = 'new@x.test';
select tests.act_as('acme', 'manager');

create temporary table told as select h.*, row_number() over () as n from public.lead_history(tests.id('acme/ada@x.test')) as h;
grant select on told to public;
select is(array(select action from told order by n),
  '{lead.deleted,lead.activity_recorded,lead.imported,lead.bulk_updated,lead.updated,lead.created}', 'each call once, the newest first');
select is(changes -> 'city', '{"from": null, "to": "Oslo"}', 'what it was and what it became') from told where action = 'lead.updated';
select is(changes -> 'status', '{"from": "new", "to": "contacted"}', 'of bulk calls too') from told where action = 'lead.bulk_updated';
select is(changes -> 'country', '{"from": null, "to": "Norway"}', 'and of imports') from told where action = 'lead.imported';
select ok(changes ? 'score', 'and of scoring by what happened') from told where action = 'lead.activity_recorded';
select is(changes -> 'deleted_at' -> 'from', 'null', 'and of its end') from told where action = 'lead.deleted';
select is(actor, jsonb_build_object('type', 'user', 'id', tests.id('acme/manager'), 'name', 'Manager of acme'), 'by whom')
  from told where action = 'lead.updated';
select is_empty($$ select action, f.key from told, jsonb_each(changes) as f where f.value -> 'from' = f.value -> 'to' $$, 'nothing that did not change');
select ok(not exists (select from told, jsonb_object_keys(changes) as k where k in ('search', 'dedupe_key', 'score_log', 'updated_at')), 'no machinery');
select results_eq($$ select action from public.lead_history(tests.id('acme/new@x.test')) $$, $$ values ('lead.imported') $$, 'a lead may begin with an import');

select tests.act_as('acme', 'sales');
select throws_ok($$ select public.lead_history(tests.id('acme/ada@x.test')) $$, 'PT404', 'lead_not_found', 'whoever does not see the lead');
select throws_ok($$ select public.get_lead_as_of(tests.id('acme/ada@x.test'), now()) $$, 'PT404', 'lead_not_found', 'sees no past of it');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.lead_history(tests.id('acme/ada@x.test')) $$, 'PT404', 'lead_not_found', 'nor does another agency');
select throws_ok($$ select public.get_campaign_as_of(tests.id('acme/Spring'), now()) $$, 'PT404', 'campaign_not_found', 'also of campaigns');
select throws_ok('select from private.row_changes', '42501', null, 'the changes themselves are nobody''s');

select * from finish();
rollback;
