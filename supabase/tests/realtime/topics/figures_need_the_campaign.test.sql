begin;
select plan(6);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Harbor');
update public.memberships set client_id = (select id from public.clients) where user_id = tests.id('acme/client');
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', (select id from public.clients)));

create function pg_temp.joins(member text, permission text, effect text) returns boolean language plpgsql as $$
begin
  perform tests.act_as_postgres();
  insert into public.member_permissions (agency_id, user_id, permission, effect)
  values (tests.id('acme'), tests.id('acme/' || joins.member), joins.permission, joins.effect);
  perform tests.act_as('acme', joins.member);
  return tests.may_join('campaign:' || tests.id('acme/Own')) <> '{}';
end;
$$;
grant execute on function pg_temp.joins(text, text, text) to public;

select is(pg_temp.joins('creator', 'analytics.read', 'allow'), false, 'who may see all figures and no campaign hears none');
select is(pg_temp.joins('creator', 'campaigns.read', 'allow'), true, 'with both rights one hears them');
select is(pg_temp.joins('manager', 'analytics.read', 'deny'), false, 'not with the right to the campaign alone');
select tests.act_as('acme', 'client');
select is(tests.may_join('campaign:' || tests.id('acme/Own')) <> '{}', true, 'a client hears their own');
select is(pg_temp.joins('client', 'campaigns.read_client', 'deny'), false, 'but not without the right to the campaign');
select tests.act_as_postgres();
delete from public.member_permissions where user_id = tests.id('acme/client');
select is(pg_temp.joins('client', 'analytics.read_client', 'deny'), false, 'nor without the right to figures');

select * from finish();
rollback;
