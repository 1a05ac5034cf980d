begin;
select plan(35);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Harbor');
update public.memberships set client_id = (select id from public.clients) where user_id = tests.id('acme/client');
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', (select id from public.clients)));
select tests.create_campaign('acme', 'Other');
select tests.create_user('suspended@acme.test'), tests.create_user('removed@acme.test');
insert into public.memberships (agency_id, user_id, status) values (tests.id('acme'), tests.id('suspended@acme.test'), 'suspended');
insert into public.membership_roles (agency_id, user_id, role) values (tests.id('acme'), tests.id('suspended@acme.test'), 'owner');

create temporary table topics (name text primary key, topic text);
insert into topics values
  ('own campaign', 'campaign:' || tests.id('acme/Own')), ('other campaign', 'campaign:' || tests.id('acme/Other')),
  ('jobs', 'agency:' || tests.id('acme') || ':jobs'), ('agency', 'agency:' || tests.id('acme')), ('sales', 'user:' || tests.id('acme/sales'));
grant select on topics to public;
create function pg_temp.joins() returns text[] language sql as $$
  select array(select t.name from topics as t where tests.may_join(t.topic) = '{broadcast,presence}' order by t.name)
$$;
grant execute on function pg_temp.joins() to public;

-- Each actor once; sales sees campaigns but not the figures of all their leads.
select tests.act_as('acme', 'owner');
select is(pg_temp.joins(), '{agency,jobs,"other campaign","own campaign"}', 'an owner');
select tests.act_as('acme', 'manager');
select is(pg_temp.joins(), '{agency,jobs,"other campaign","own campaign"}', 'a manager');
select tests.act_as('acme', 'analyst');
select is(pg_temp.joins(), '{agency,jobs,"other campaign","own campaign"}', 'an analyst');
select tests.act_as('acme', 'sales');
select is(pg_temp.joins(), '{agency,sales}', 'sales: their own topic, no figures of everybody''s leads, no jobs');
select tests.act_as('acme', 'client');
select is(pg_temp.joins(), '{agency,"own campaign"}', 'a client: the campaigns of their own');
select tests.act_as('acme', 'creator');
select is(pg_temp.joins(), '{agency}', 'who holds no permission');
select tests.act_as('globex', 'owner');
select is(pg_temp.joins(), '{}', 'another agency''s owner');
select tests.act_as_user(tests.id('suspended@acme.test'));
select is(pg_temp.joins(), '{}', 'a suspended member');
select tests.act_as_user(tests.id('removed@acme.test'));
select is(pg_temp.joins(), '{}', 'somebody without a membership');
select tests.act_as_anon();
select is(pg_temp.joins(), '{}', 'nobody');
select tests.act_as_key(tests.create_key('acme', '{campaigns.read,analytics.read,jobs.read}'));
select is(pg_temp.joins(), '{}', 'a program: its key opens no channel');

-- At the next join, with the same token.
select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/manager');
select tests.act_as('acme', 'manager');
select is(pg_temp.joins(), '{}', 'a manager who has been suspended');
select tests.act_as('acme', 'owner');
select public.delete_campaign(tests.id('acme/Other'));
select is(pg_temp.joins(), '{agency,jobs,"own campaign"}', 'a campaign that was deleted is silent');
select public.archive_agency(tests.id('acme'));
select is(pg_temp.joins(), '{agency}', 'an archived agency has its members and nothing else');
select tests.act_as_postgres();
update public.agencies set archived_at = null;

-- Nothing that is not exactly a topic, and no error either.
select tests.act_as('acme', 'owner');
select is(tests.may_join(replace(t, '{id}', tests.id('acme')::text)), '{}', format('no channel: %s', t))
  from unnest(array[
    '', 'agency', 'agency:', 'agency:{id}:', 'agency:{id}:leads', 'agency:{id}:jobs:', 'AGENCY:{id}', ' agency:{id}', 'agency:{id} ',
    E'agency:{id}\n', 'agency:{id}x', 'agency:not-a-uuid', 'agency:00000000-0000-0000-0000-00000000000', 'agency:{{id}}',
    'agency:{id}''', 'job:{id}:jobs', 'campaign:{id}', 'job:''; drop table x', 'user:{id}', '%'
  ]) as t;
select is(tests.may_join(upper('agency:' || tests.id('acme'))), '{}', 'ids are lower case');

select * from finish();
rollback;
