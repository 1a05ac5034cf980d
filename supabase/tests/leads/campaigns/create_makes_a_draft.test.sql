begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Client'), (tests.id('globex'), 'Foreign');
select tests.remember(name, id) from public.clients;
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'manager');

create temporary table made as select c.* from public.create_campaign('Launch') as c;
select results_eq(
  $$ select agency_id, name, status::text, kind, currency, goals, tags, metadata, created_by, client_id from made $$,
  $$ values (tests.id('acme'), 'Launch', 'draft', 'lead_gen', 'USD', '{}'::jsonb, '{}'::text[], '{}'::jsonb,
             tests.id('acme/manager'), null::uuid) $$,
  'a name is enough');
select results_eq(
  $$ select e.agency_id, e.action, e.entity_id = made.id, e.before, e.after ->> 'name' from tests.new_events() as e, made $$,
  $$ values (tests.id('acme'), 'campaign.created', true, null::jsonb, 'Launch') $$, 'one audit event tells of it');

select is(
  to_jsonb(public.create_campaign('Full', a)) - '{agency_id,id,status,created_by,deleted_at,created_at,updated_at}'::text[],
  a || '{"name": "Full"}', 'all attributes are taken as they are')
  from jsonb_build_object('client_id', tests.id('Client'), 'description', 'Long', 'kind', 'lead_gen',
    'starts_on', '2026-01-01', 'ends_on', '2026-01-01', 'budget_cents', 99999999999, 'currency', 'EUR', 'target_leads', 5,
    'goals', '{"a": {"b": null}}'::jsonb, 'tags', '["x", "y"]'::jsonb, 'metadata', '{"k": null, "l": [null]}'::jsonb) as a;
select is((public.create_campaign('Nulls', '{"kind": null, "currency": null, "goals": null, "tags": null, "client_id": null}')).currency,
  'USD', 'a null is as good as nothing');

select throws_ok($$ select public.create_campaign('x', '{"status": "active"}') $$, 'PT422', 'unknown_field',
  'the status is not among them');
select throws_ok($$ select public.create_campaign('x', '{"agency_id": null}') $$, 'PT422', 'unknown_field', 'nor the agency');
select throws_like($$ select public.create_campaign('x', jsonb_build_object('client_id', tests.id('Foreign'))) $$,
  '%campaigns_client_is_of_the_agency%', 'another agency''s client is refused');
select throws_ok($$ select public.create_campaign('x', '{}', tests.id('globex')) $$, 'PT404', 'agency_not_found',
  'and so is another agency');
select tests.act_as('acme', 'sales');
select throws_ok($$ select public.create_campaign('x') $$, 'PT403', 'permission_denied', 'sales makes none');
select tests.is_untouched('globex');

select * from finish();
rollback;
