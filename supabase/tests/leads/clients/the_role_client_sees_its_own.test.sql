begin;
select plan(5);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'One'), (tests.id('acme'), 'Two');
select tests.remember(name, id) from public.clients;
update public.memberships set client_id = tests.id('Two') where user_id = tests.id('acme/creator');

select tests.act_as('acme', 'client');
select is_empty($$ select from public.clients $$, 'who belongs to no client sees none');
select tests.act_as_postgres();
update public.memberships set client_id = tests.id('One') where user_id = tests.id('acme/client');
select tests.act_as('acme', 'client');
select results_eq($$ select name from public.clients $$, $$ values ('One') $$, 'who belongs to one sees that');
update public.clients set name = 'Changed';
select tests.act_as_postgres();
select is_empty($$ select from public.clients where name = 'Changed' $$, 'and does not change it');

update public.memberships set status = 'suspended' where user_id = tests.id('acme/client');
select tests.act_as('acme', 'client');
select is_empty($$ select from public.clients $$, 'suspended they see none');

select tests.act_as('acme', 'creator');
select is_empty($$ select from public.clients $$, 'a role without permission sees none, not even that it belongs to');

select * from finish();
rollback;
