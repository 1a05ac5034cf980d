begin;
select plan(3);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test"}');
create temporary table keys as
  select p, tests.create_key('acme', p) as secret
    from (values ('{leads.read_assigned}'::text[]), ('{leads.read_client}'), ('{leads.read}')) as v (p);
grant select on keys to public;

create function pg_temp.seen(permissions text[]) returns bigint language plpgsql as $$
declare
  v_seen bigint;
begin
  perform tests.act_as_postgres();
  perform tests.act_as_key(k.secret, 'authenticated') from keys as k where k.p = seen.permissions;
  select count(*) into v_seen from public.leads;
  perform tests.act_as_postgres();
  return v_seen;
end;
$$;
select is(pg_temp.seen('{leads.read_assigned}'), 0::bigint, 'no lead is assigned to a key');
select is(pg_temp.seen('{leads.read_client}'), 0::bigint, 'and it is no client''s');
select is(pg_temp.seen('{leads.read}'), 1::bigint, 'it reads every lead, or none');

select * from finish();
rollback;
