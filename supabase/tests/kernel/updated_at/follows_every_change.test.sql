begin;
select plan(6);

select is_empty($$
  select c.oid::regclass from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and not exists (select from pg_trigger as t where t.tgrelid = c.oid and t.tgfoid = 'private.tg_set_updated_at()'::regprocedure and t.tgenabled = 'O')
$$, 'every table that has the column has the trigger');

select tests.create_user('ada@example.test');
insert into public.agencies (name, slug, updated_at) values ('Acme', 'acme', '2026-01-01Z');
update public.agencies set name = 'Acme';
select is(updated_at, '2026-01-01Z', 'an update that changes nothing leaves it') from public.agencies;
update public.agencies set name = 'ACME';
select is(updated_at, now(), 'one that changes something sets it') from public.agencies;
insert into public.clients (agency_id, name, updated_at) select id, 'Client', '2026-01-01Z' from public.agencies;
update public.clients set name = 'New';
select is(updated_at, now(), 'in one table') from public.clients;
insert into public.campaigns (agency_id, name, updated_at) select id, 'Campaign', '2026-01-01Z' from public.agencies;
update public.campaigns set name = 'New';
select is(updated_at, now(), 'as in another') from public.campaigns;
insert into public.leads (agency_id, campaign_id, email, updated_at) select agency_id, id, 'a@x.test', '2026-01-01Z' from public.campaigns;
update public.leads set city = 'New';
select is(updated_at, now(), 'and in leads') from public.leads;

select * from finish();
rollback;
