-- Agencies with five campaigns each; the fixture agency `main`, whose owner asks, is the first, and its
-- owner belongs to two more. Run by a superuser.

create table bench.agencies (position integer primary key, id uuid not null, campaigns uuid[]);

select tests.create_agency('main');
insert into public.agencies (name, slug)
select 'Agency ' || n, 'agency-' || n from generate_series(2, 200) as n;
insert into bench.agencies (position, id)
select row_number() over (order by a.slug <> 'main', a.id), a.id from public.agencies as a;

insert into public.memberships (agency_id, user_id)
select a.id, tests.id('main/owner') from bench.agencies as a where a.position in (2, 3);
insert into public.membership_roles (agency_id, user_id, role)
select a.id, tests.id('main/owner'), 'owner' from bench.agencies as a where a.position in (2, 3);

insert into public.campaigns (agency_id, name, status)
select a.id, 'Campaign ' || n, 'active' from bench.agencies as a, generate_series(1, 5) as n;
update bench.agencies as a
   set campaigns = array(select c.id from public.campaigns as c where c.agency_id = a.id order by c.id);
