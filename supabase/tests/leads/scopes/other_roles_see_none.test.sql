begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');

create function pg_temp.seen_by(slug text, role text) returns text language plpgsql as $$
declare
  v_seen text;
begin
  perform tests.act_as(slug, role);
  v_seen := (select count(*) from public.leads) || ' ' || (select count(*) from public.lead_activities);
  begin
    v_seen := v_seen || ' ' || (public.list_leads(tests.id('acme')) ->> 'total');
  exception when others then
    v_seen := v_seen || ' ' || sqlerrm;
  end;
  begin
    perform public.get_lead(tests.id('acme/lead@x.test'));
    v_seen := v_seen || ' found';
  exception when others then
    v_seen := v_seen || ' ' || sqlerrm;
  end;
  perform tests.act_as_postgres();
  return v_seen;
end;
$$;
insert into public.lead_activities (agency_id, lead_id, type) values (tests.id('acme'), tests.id('acme/lead@x.test'), 'call');
select is(pg_temp.seen_by('acme', r.role),
  case
    when exists (select from public.role_permissions as p where p.role = r.role and p.permission = 'leads.read') then '1 1 1 found'
    when r.role in ('sales', 'client') then '0 0 0 lead_not_found'
    else '0 0 permission_denied lead_not_found'
  end, format('what %s sees of a lead that is nobody''s', r.role))
  from public.roles as r order by r.position;
select is(pg_temp.seen_by('globex', 'owner'), '0 0 agency_not_found lead_not_found', 'what another agency''s owner sees');
select tests.act_as_anon();
select throws_ok($$ select from public.leads $$, '42501', null, 'anon sees nothing');

select * from finish();
rollback;
