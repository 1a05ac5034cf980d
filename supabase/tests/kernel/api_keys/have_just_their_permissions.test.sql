begin;
select plan(18);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring'), tests.create_campaign('globex', 'Autumn');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test"}'), tests.create_lead('globex', 'Autumn', '{"email": "eve@x.test"}');
select tests.watch('globex'), tests.new_events();
create temporary table keys as select tests.create_key('acme', '{leads.read,leads.create,campaigns.read}') as secret;
grant select on keys to public;
select tests.new_events();

select tests.act_as_key(secret) from keys;
create function pg_temp.lead(email text, campaign text) returns jsonb language sql as $$
  select jsonb_build_object('campaign_id', tests.id(campaign), 'attributes', jsonb_build_object('email', email))
$$;
select is(tests.says('create_lead', pg_temp.lead('new@x.test', 'acme/Spring')), '200', 'a key does what it may');
select results_eq($$ select agency_id, actor_type, actor_id, action from tests.new_events() $$,
  $$ values (tests.id('acme'), 'api_key', tests.id('acme/key'), 'lead.created') $$, 'and the log says that it was the key');
select is((tests.call('list_leads')).body ->> 'total', '2', 'it needs no header to know its agency');
select is(tests.says('delete_lead', jsonb_build_object('lead_id', tests.id('acme/ada@x.test'))), '403 permission_denied', 'nothing else');
select is(tests.says('create_lead', pg_temp.lead('new@y.test', 'globex/Autumn')), '404 campaign_not_found', 'nothing elsewhere');
select is(tests.says('get_lead', jsonb_build_object('lead_id', tests.id('globex/eve@x.test'))), '404 lead_not_found', 'nor in sight');
select is(tests.says('get_me'), '401 not_signed_in', 'a key is no user');
select is(tests.says('create_agency', '{"name": "Mine"}'), '401 not_signed_in', 'and founds nothing');
select is((tests.call('my_permissions')).body -> 'permissions', '["campaigns.read", "leads.create", "leads.read"]', 'it learns what it may');
select is((tests.call('test_isolation')).body -> 'isolated', 'true', 'and sees no row outside');
select throws_ok('select from public.leads', '42501', null, 'without the dispatcher it is anonymous');
select tests.with_header('x-agency-id', tests.id('globex')::text);
select is(tests.says('list_leads'), '404 agency_not_found', 'no header takes it to another agency');

select tests.act_as_key(secret, 'authenticated') from keys;
select is((select count(*) from public.leads), 2::bigint, 'policies see the same');
select is((select count(*) from public.clients) + (select count(*) from public.memberships) + (select count(*) from public.api_keys), 0::bigint, 'and no more');

select tests.act_as('globex', 'owner');
select tests.with_header('x-api-key', secret) from keys;
select is(tests.says('get_lead', jsonb_build_object('lead_id', tests.id('acme/ada@x.test'))), '404 lead_not_found', 'a signed-in user gains nothing by a key');
select tests.act_as_postgres();
select tests.new_events();
select tests.is_untouched('globex');
select isnt_empty('select from public.api_keys where last_used_at = now()', 'the key knows when it was used');
update public.api_keys set permissions = '{members.read}';
select tests.act_as_key(secret) from keys;
select is(tests.says('list_leads'), '403 permission_denied', 'what a key may is looked up at each call');

select * from finish();
rollback;
