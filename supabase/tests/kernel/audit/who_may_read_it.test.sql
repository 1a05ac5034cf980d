begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_agency('globex');

create function pg_temp.seen_by(role text) returns text language plpgsql as $$
declare
  v_agencies text;
begin
  perform tests.act_as('acme', role);
  select string_agg(distinct a.slug, ',') into v_agencies
    from public.audit_log as l join public.agencies as a on a.id = l.agency_id;
  return coalesce(v_agencies, 'nothing');
end;
$$;
select is(pg_temp.seen_by(r.role),
  case when exists (select from public.role_permissions as p where p.role = r.role and p.permission = 'audit.read')
    then 'acme' else 'nothing' end,
  format('what %s sees of the log', r.role))
  from public.roles as r order by r.position;
select tests.act_as_service();
select is(count(distinct agency_id), 2::bigint, 'the secret key reads all') from public.audit_log;
select tests.act_as_anon();
select throws_ok($$ select from public.audit_log $$, '42501', null, 'anon none');

select * from finish();
rollback;
