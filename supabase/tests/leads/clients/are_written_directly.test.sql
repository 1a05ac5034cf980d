begin;
select plan(14);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('globex'), 'Foreign');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'manager');

insert into public.clients (agency_id, name, contact) values (tests.id('acme'), 'Client', '{"name": "Ada"}');
select results_eq(
  $$ select action, actor_id, before, after ->> 'name' from tests.new_events() $$,
  $$ values ('client.created', tests.id('acme/manager'), null::jsonb, 'Client') $$, 'a manager adds a client, which is audited');
update public.clients set industry = 'Music';
select results_eq(
  $$ select agency_id, action, before, after from tests.new_events() $$,
  $$ values (tests.id('acme'), 'client.updated', '{"industry": null}'::jsonb, '{"industry": "Music"}'::jsonb) $$,
  'and changes it: just the difference is audited');

select throws_ok($$ insert into public.clients (agency_id, name) values (tests.id('acme'), 'CLIENT') $$,
  '23505', null, 'a name is used once, whatever its case');
update public.clients set archived_at = now();
select lives_ok($$ insert into public.clients (agency_id, name) values (tests.id('acme'), 'Client') $$,
  'an archived client frees it');

select throws_ok($$ insert into public.clients (agency_id, name) values (tests.id('globex'), 'Mine') $$, '42501', null,
  'nothing goes into another agency');
select throws_ok($$ update public.clients set agency_id = tests.id('globex') $$, '42501', null, 'or is moved there');
select throws_ok($$ insert into public.clients (agency_id, name, archived_at) values (tests.id('acme'), 'x', now()) $$,
  '42501', null, 'what is not granted is not set');
update public.clients set name = 'Taken over' where agency_id = tests.id('globex');
delete from public.clients where agency_id = tests.id('globex');

select throws_like($$ insert into public.clients (agency_id, name) values (tests.id('acme'), '') $$,
  '%clients_name_has_1_to_200_characters%', 'a client has a name');
select tests.new_events();
delete from public.clients where archived_at is not null;
select results_eq($$ select action, before ->> 'name', after from tests.new_events() $$,
  $$ values ('client.deleted', 'Client', null::jsonb) $$, 'a client can be deleted, which is audited');
select tests.is_untouched('globex');

select tests.act_as('acme', 'sales');
select throws_ok($$ insert into public.clients (agency_id, name) values (tests.id('acme'), 'Mine') $$, '42501', null,
  'sales adds none');
update public.clients set name = 'Changed';
select is_empty($$ select from public.clients where name = 'Changed' $$, 'and changes none');
delete from public.clients;
select isnt_empty($$ select from public.clients $$, 'and deletes none');
select tests.act_as_anon();
select throws_ok($$ select from public.clients $$, '42501', null, 'anon sees none');

select * from finish();
rollback;
