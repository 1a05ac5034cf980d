begin;
select plan(18);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Mine');
update public.memberships set client_id = (select id from public.clients) where user_id in (tests.id('acme/client'), tests.id('acme/sales'));
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', (select id from public.clients)));
select tests.create_campaign('acme', c) from unnest('{House,Void}'::text[]) as c;
select tests.create_lead('acme', c, jsonb_build_object('email', lower(c) || s || '@x.test', 'status', s))
  from unnest('{Own,House}'::text[]) as c, unnest('{new,qualified,converted,rejected}'::text[]) as s;
update public.leads set assigned_to = tests.id('acme/sales') where email in ('ownnew@x.test', 'housenew@x.test', 'houseconverted@x.test', 'houserejected@x.test');
update public.leads set assigned_to = tests.id('acme/creator') where email = 'ownqualified@x.test';
update public.leads set deleted_at = now() where email = 'houserejected@x.test';
-- From rollup and deltas alike.
select private.fold();
update public.leads set city = 'Berlin' where email like 'own%';

create function pg_temp.figures_of(campaign jsonb) returns text language sql as $$
  select concat_ws(' ', campaign ->> 'name', campaign ->> 'leads_total', campaign ->> 'leads_qualified', campaign ->> 'leads_converted',
    coalesce(campaign ->> 'conversion_rate', '-'))
$$;
create function pg_temp.listed(role text, variadic roles text[]) returns text language plpgsql as $$
declare
  v_listed text;
begin
  perform tests.act_as_postgres();
  delete from public.membership_roles where user_id = tests.id('acme/' || listed.role);
  insert into public.membership_roles select tests.id('acme'), tests.id('acme/' || listed.role), unnest(listed.roles);
  perform tests.act_as('acme', listed.role);
  select string_agg(pg_temp.figures_of(i), ', ' order by n) into v_listed
    from jsonb_array_elements(public.list_campaigns(sort_by => 'name', sort_order => 'asc') -> 'items') with ordinality as t (i, n);
  return v_listed;
end;
$$;
create function pg_temp.as_listed() returns setof text language sql as $$
  select is(to_jsonb(public.get_campaign((i ->> 'id')::uuid)), i, format('%s is read as it is listed', i ->> 'name'))
    from jsonb_array_elements(public.list_campaigns(sort_by => 'name') -> 'items') as i
  union all
  select is(jsonb_build_array(i -> 'leads_total', i -> 'leads_qualified', i -> 'leads_converted', i -> 'conversion_rate'),
      jsonb_build_array(t -> 'total', t -> 'qualified', t -> 'converted', t -> 'conversion_rate'), format('%s has the figures of its analytics', i ->> 'name'))
    from jsonb_array_elements(public.list_campaigns(sort_by => 'name') -> 'items') as i
   cross join lateral (select public.get_campaign_performance((i ->> 'id')::uuid) -> 'totals') as p (t)
$$;
grant execute on all functions in schema pg_temp to public;

select is(pg_temp.listed('sales', 'sales'), 'House 2 0 1 0.5000, Own 1 0 0 0.0000, Void 0 0 0 -', 'who sells has the figures of what is assigned to them');
select pg_temp.as_listed();
select is(pg_temp.listed('sales', 'sales', 'client'), 'House 2 0 1 0.5000, Own 4 1 1 0.2500, Void 0 0 0 -', 'who is a client as well, all of their client''s');
select pg_temp.as_listed();
select is(pg_temp.listed('client', 'client'), 'Own 4 1 1 0.2500', 'a client their client''s');
select pg_temp.as_listed();

-- An own role that sees campaigns and no figures.
select tests.act_as('acme', 'owner');
select public.set_agency_role(tests.id('acme'), 'custom:looker', 'Looker', '{campaigns.read}');
select is(pg_temp.listed('creator', 'custom:looker'), 'House 0 0 0 -, Own 0 0 0 -, Void 0 0 0 -', 'who sees no figures has none here');

select * from finish();
rollback;
