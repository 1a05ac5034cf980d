begin;
select plan(17);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_staff('staff@x.test');
select tests.create_campaign('acme', 'Spring'), tests.create_campaign('globex', 'Autumn');
select tests.act_as('acme', 'admin');
select public.update_campaign(tests.id('acme/Spring'), '{"name": "Summer"}');

create function pg_temp.actions(answer jsonb) returns text[] language sql as $$
  select array(select i ->> 'action' from jsonb_array_elements(answer -> 'items') as i)
$$;
select tests.act_as('acme', 'analyst');
select is(pg_temp.actions(public.search_audit()), '{campaign.updated,campaign.created,agency.created}', 'readers see their agency''s, the newest first');
select is(pg_temp.actions(public.search_audit(action => 'campaign.updated')), '{campaign.updated}', 'by action');
select is(array_length(pg_temp.actions(public.search_audit(entity => 'campaign')), 1), 2, 'by entity');
select is(array_length(pg_temp.actions(public.search_audit(entity_id => tests.id('acme/Spring'))), 1), 2, 'by what it is about');
select is(pg_temp.actions(public.search_audit(actor_id => tests.id('acme/admin'))), '{campaign.updated}', 'by who did it');
select is(public.search_audit(actor_id => tests.id('acme/admin')) #>> '{items,0,actor_name}', 'Admin of acme', 'who has a name');
select is(public.search_audit(since => now()) -> 'total', '3', 'since a moment on');
select is(public.search_audit(until => now()) -> 'total', '0', 'and before one');
select is(jsonb_array_length(public.search_audit(page => 2, page_size => 2) -> 'items'), 1, 'in pages');
select throws_ok('select public.search_audit(page => 0)', 'PT422', 'page_out_of_range', 'from 1 on');
select throws_ok($$ select public.search_audit(tests.id('globex')) $$, 'PT404', 'agency_not_found', 'of no other agency');
select is(public.search_audit(entity_id => tests.id('globex/Autumn')) -> 'total', '0', 'whatever they ask for');
select tests.act_as('acme', 'manager');
select throws_ok('select public.search_audit()', 'PT403', 'permission_denied', 'others may not');

select tests.act_as_user(tests.id('staff@x.test'));
select public.update_user(tests.id('acme/sales'), '{"full_name": "S"}');
select is(public.search_audit(page_size => 100) -> 'total', '6', 'staff see all, the platform''s own too');
select is(public.search_audit(tests.id('globex')) -> 'total', '2', 'or one agency''s');
select is(public.search_audit(action => 'campaign.updated') #>> '{items,0,agency_name}', 'acme', 'with its name');
select tests.act_as_anon();
select throws_ok('select public.search_audit()', '42501', null, 'anonymous callers nothing');

select * from finish();
rollback;
