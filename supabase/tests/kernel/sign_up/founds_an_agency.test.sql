begin;
select plan(7);

select tests.create_agency('globex');
select tests.watch('globex');
select tests.new_events();

select tests.create_user('ada@example.test', '{"full_name": "Ada", "agency_name": "  Acme & Sons  "}');

select results_eq(
  $$ select name, slug, settings, created_by, archived_at from public.agencies where slug <> 'globex' $$,
  $$ values ('Acme & Sons', 'acme-sons', '{}'::jsonb, tests.id('ada@example.test'), null::timestamptz) $$,
  'the sign-up makes the agency it names');
select results_eq(
  $$ select m.status::text, r.role from public.memberships as m
       join public.membership_roles as r using (agency_id, user_id)
      where m.user_id = tests.id('ada@example.test') $$,
  $$ values ('active', 'owner') $$,
  'whoever signs up is its one owner');
select is(p.active_agency_id, a.id, 'the new agency is the active one')
  from public.profiles as p, public.agencies as a
 where p.id = tests.id('ada@example.test') and a.slug = 'acme-sons';
select results_eq(
  $$ select e.action, e.entity, e.entity_id = a.id, e.before, e.after ->> 'name', e.actor_type
       from tests.new_events() as e join public.agencies as a on a.id = e.agency_id $$,
  $$ values ('agency.created', 'agency', true, null::jsonb, 'Acme & Sons', 'system') $$,
  'one audit event tells of the agency');
select tests.is_untouched('globex');

select tests.create_user('bob@example.test', jsonb_build_object('agency_name', repeat('n', 200)));
select is(char_length(a.name), 120, 'an agency name too long is cut')
  from public.agencies as a join public.profiles as p on p.active_agency_id = a.id
 where p.id = tests.id('bob@example.test');

select tests.act_as_user(tests.id('ada@example.test'));
select is(public.get_me() -> 'roles', '["owner"]', 'the owner can use the agency at once');

select * from finish();
rollback;
