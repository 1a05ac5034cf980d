-- What was given to a seller, or belongs to a client, is seen in that role and in no other.
begin;
select plan(14);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Mine');
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', (select id from public.clients)));
select tests.create_campaign('acme', 'House');
select tests.create_lead('acme', c, jsonb_build_object('email', lower(c) || '@x.test', 'first_name', 'Ada', 'status', 'contacted'))
  from unnest('{Own,House}'::text[]) as c;
insert into public.lead_activities (agency_id, lead_id, type) select agency_id, id, 'call' from public.leads;
update public.leads set assigned_to = tests.id('acme/sales') where email = 'house@x.test';
update public.memberships set client_id = (select id from public.clients) where user_id = tests.id('acme/sales');
select private.fold();

create function pg_temp.holds(role text) returns void language plpgsql as $$
begin
  perform tests.act_as_postgres();
  delete from public.membership_roles where user_id = tests.id('acme/sales');
  insert into public.membership_roles values (tests.id('acme'), tests.id('acme/sales'), holds.role);
  perform tests.act_as('acme', 'sales');
end;
$$;
grant execute on function pg_temp.holds(text) to public;

create function pg_temp.see(email text, role text) returns setof text language plpgsql as $$
begin
  perform pg_temp.holds(see.role);
  return next is(jsonb_path_query_array(public.list_leads(), '$.items[*].email'), to_jsonb(array[see.email]), format('%s lists %s', see.role, see.email));
  return next is(public.list_leads() -> 'total', '1', 'and counts it alone');
  return next results_eq($q$ select email::text from public.search_leads('ada') $q$, array[see.email], 'finds it alone');
  return next results_eq('select email::text from public.leads', array[see.email], 'reads it alone');
  return next results_eq('select distinct lead_id from public.lead_activities', array[tests.id('acme/' || see.email)], 'with its activities');
  return next is(public.get_agency_overview() -> 'totals' -> 'contacted', '1', 'has its figures alone');
  perform tests.act_as_postgres();
end;
$$;
select pg_temp.see('house@x.test', 'sales');
select pg_temp.see('own@x.test', 'client');

select pg_temp.holds('client');
select throws_ok($$ select public.get_lead(tests.id('acme/house@x.test')) $$, 'PT404', 'lead_not_found', 'a client does not read what it was assigned');
select pg_temp.holds('sales');
select throws_ok($$ select public.get_lead(tests.id('acme/own@x.test')) $$, 'PT404', 'lead_not_found', 'a seller does not read what belongs to its client');

select * from finish();
rollback;
