begin;
select plan(8);

select tests.create_agency('globex');
select tests.create_user('ada@example.test');
select tests.watch('globex');
select tests.new_events();

select tests.act_as_user(tests.id('ada@example.test'));
create temporary table made as select a.* from public.create_agency('Acme') as a;
select results_eq(
  $$ select name, slug, created_by, archived_at from made $$,
  $$ values ('Acme', 'acme', tests.id('ada@example.test'), null::timestamptz) $$,
  'the new agency is answered');
select is(public.get_me() ->> 'active_agency_id', (select id::text from made), 'it is the active one');
select is(public.get_me() -> 'roles', '["owner"]', 'the founder owns it');
select ok(public.get_me() -> 'permissions' ? 'agency.transfer', 'with every permission on the next statement');
select results_eq(
  $$ select e.action, e.actor_id, e.before, e.after ->> 'slug'
       from tests.new_events() as e join made on made.id = e.agency_id and made.id = e.entity_id $$,
  $$ values ('agency.created', tests.id('ada@example.test'), null::jsonb, 'acme') $$,
  'one audit event tells of it');

select public.create_agency('Second');
select is(jsonb_array_length(public.get_me() -> 'agencies'), 2, 'one may own several agencies');

select tests.act_as_anon();
select throws_ok($$ select public.create_agency('Nobody''s') $$, '42501', null, 'anon may not');

select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;
