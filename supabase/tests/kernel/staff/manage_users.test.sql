begin;
select plan(20);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring'), tests.create_campaign('globex', 'Autumn'), tests.create_campaign('globex', 'Gone');
update public.campaigns set status = 'active' where name <> 'Autumn';
update public.campaigns set deleted_at = now() where name = 'Gone';
select tests.create_staff('staff@x.test'), tests.create_user('plain@x.test', '{"full_name": "Plain Jane"}');
select tests.act_as_user(tests.id('staff@x.test'));
select tests.new_events();

select is(public.list_users(page_size => 1) -> 'total', to_jsonb((select count(*) from tests.ids where key like '%@%')), 'staff see every user');
select is(public.list_users('JANE') #>> '{items,0,email}', 'plain@x.test', 'find them by name');
select is(public.list_users('sales@acme') #> '{items,0,agencies,0,roles}', '["sales"]', 'with their agencies and roles');
select is(public.list_users('staff@') #> '{items,0,is_staff}', 'true', 'and whether they are staff');
select throws_ok('select public.list_users(page => 0)', 'PT422', 'page_out_of_range', 'pages count from 1');

select is(public.update_user(tests.id('plain@x.test'), '{"full_name": "Jane", "locale": "pt"}') ->> 'full_name', 'Jane', 'change them');
select results_eq($$ select agency_id, action, actor_id, before, after from tests.new_events() $$,
  $$ values ('00000000-0000-0000-0000-000000000000'::uuid, 'user.updated', tests.id('staff@x.test'),
       '{"full_name": "Plain Jane", "locale": "en"}'::jsonb, '{"full_name": "Jane", "locale": "pt"}'::jsonb) $$, 'which the platform''s log tells');
select throws_ok($$ select public.update_user(tests.id('plain@x.test'), '{"email": "x@x.test"}') $$, 'PT422', 'unknown_field', 'but not who they are');
select throws_ok($$ select public.update_user(gen_random_uuid(), '{}') $$, 'PT404', 'user_not_found', 'an id of nobody');

select tests.new_events();
select is(public.announce_user(' new@x.test '), '{"email": "new@x.test"}', 'before an account is made');
select results_eq($$ select action, actor_id, after from tests.new_events() $$,
  $$ values ('user.announced', tests.id('staff@x.test'), '{"email": "new@x.test"}'::jsonb) $$, 'the log tells who is about to');
select throws_ok($$ select public.delete_user(tests.id('acme/owner')) $$, 'PT409', 'last_owner', 'no agency is left without an owner');
select throws_ok($$ select public.delete_user(gen_random_uuid()) $$, 'PT404', 'user_not_found', 'nobody is not deleted');
select tests.new_events();
select is(public.delete_user(tests.id('acme/sales')) ->> 'email', 'sales@acme.test', 'an account is deleted');
select results_eq($$ select action, entity_id, before ->> 'email' from tests.new_events() $$,
  $$ values ('user.deleted', tests.id('acme/sales'), 'sales@acme.test') $$, 'with one event');
select tests.act_as_postgres();
select is_empty($$ select from auth.users where id = tests.id('acme/sales') union all select from public.profiles where id = tests.id('acme/sales')
  union all select from public.memberships where user_id = tests.id('acme/sales') $$, 'with everything of it');
update public.agencies set archived_at = now() where id = tests.id('globex');
select tests.act_as_user(tests.id('staff@x.test'));
select throws_ok($$ select public.delete_user(tests.id('globex/owner')) $$, 'PT409', 'last_owner', 'an archived agency keeps its owner too');
select is(public.get_platform_metrics() -> 'agencies', '{"total": 2, "archived": 1, "created_30d": 2}', 'metrics count the platform');
select is(public.get_platform_metrics() -> 'campaigns', '{"total": 2, "active": 1}', 'and which campaigns are at work');
select ok(public.get_health_report() ?& '{ready,checks,at,database,metrics,audit,idempotency_keys}'
  and (public.get_health_report() #>> '{audit,months_ahead}')::integer >= 3, 'and the report tells how it is');

select * from finish();
rollback;
