begin;
-- The grants keep people out; a definer that somebody calls from another one has none to go by.
create temporary table calls on commit drop as
  select format('select public.%I(%s)', p.proname, coalesce(
           (select string_agg('null::' || t::regtype, ', ') from unnest(p.proargtypes::oid[]) as t), '')) as call
    from pg_proc as p
   where p.pronamespace = 'public'::regnamespace and has_function_privilege('service_role', p.oid, 'execute')
     and not has_function_privilege('authenticated', p.oid, 'execute');
select plan((select count(*)::integer + 2 from calls));

select ok((select count(*) from calls) > 0, 'there are procedures for the secret key alone');
select throws_ok(call, 'PT403', 'service_required', format('without it: %s', call)) from calls;
select is_empty($$
  select p.oid::regprocedure, role
    from pg_proc as p
   cross join unnest(array['anon', 'authenticated']) as role
   where p.pronamespace = 'public'::regnamespace and p.prosrc ~ 'private\.require_service\('
     and has_function_privilege(role, p.oid, 'execute')
$$, 'and whatever asks for it is granted to nobody else');

select * from finish();
rollback;
