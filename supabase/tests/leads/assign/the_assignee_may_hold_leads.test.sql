begin;
select plan(26);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.create_user('suspended@acme.test');
insert into public.memberships (agency_id, user_id, status) values (tests.id('acme'), tests.id('suspended@acme.test'), 'suspended');
insert into public.membership_roles values (tests.id('acme'), tests.id('suspended@acme.test'), 'sales');
select tests.watch('acme');

create function pg_temp.outcome(assignee text) returns text language plpgsql as $$
begin
  perform tests.act_as('acme', 'owner');
  perform public.assign_lead(tests.id('acme/lead@x.test'), assignee);
  raise exception using errcode = 'XX999', message = 'assigned';
exception when others then
  return sqlerrm;
end;
$$;
select is(pg_temp.outcome(r.role || '@acme.test'),
  case when exists (select from public.role_permissions as p where p.role = r.role and p.permission = 'leads.write_assigned')
    then 'assigned' else 'assignee_may_not_hold_leads' end,
  format('a lead for %s', r.role))
  from public.roles as r order by r.position;
select is(pg_temp.outcome(a), 'assignee_not_found', format('nobody active is %L', coalesce(a, 'null')))
  from unnest(array['suspended@acme.test', 'sales@globex.test', 'nobody@x.test', '', null,
                    tests.id('suspended@acme.test')::text, tests.id('globex/sales')::text]) as a;

create function pg_temp.attempt(slug text, role text) returns text language plpgsql as $$
begin
  perform tests.act_as(slug, role);
  perform public.assign_lead(tests.id('acme/lead@x.test'), 'sales@acme.test');
  return 'assigned';
exception when others then
  return sqlerrm;
end;
$$;
select tests.act_as_postgres();
select is(pg_temp.attempt('acme', 'sales'), 'lead_not_found', 'sales does not take leads');
select tests.act_as_postgres();
select is(pg_temp.attempt('acme', 'researcher'), 'permission_denied', 'a researcher gives none away');
select tests.act_as_postgres();
select is(pg_temp.attempt('globex', 'owner'), 'lead_not_found', 'nor does another agency');
select tests.is_untouched('acme');

select * from finish();
rollback;
