begin;
select plan(7);
select tests.create_agency('acme'), tests.create_agency('globex'), tests.create_agency('initech');
select private.enqueue_tasks('maintenance.sweep', array_fill('{}'::jsonb, array[500]), tests.id('acme'));
select private.enqueue_tasks('maintenance.sweep', array_fill('{}'::jsonb, array[3]), tests.id('globex'));
select tests.enqueue(agency => 'initech');

create function pg_temp.next(number integer) returns table (agency text, tasks bigint) language sql as $$
  select a.slug, count(*) from tests.claim(next.number) as t join public.agencies as a on a.id = (t ->> 'agency_id')::uuid
   group by a.slug
$$;
select results_eq('select * from pg_temp.next(8) order by 1', $$ values ('acme', 4::bigint), ('globex', 3), ('initech', 1) $$,
  'whoever has few tasks is served between the many of another');

select count(*) from tests.claim(100);
select tests.enqueue(agency => 'globex');
select is((select tasks from pg_temp.next(3) where agency = 'globex'), 1::bigint, 'a newcomer does not start behind a backlog');
select tests.enqueue();
select is((select count(*) from tests.claim(3) as t where t ->> 'agency_id' is null), 1::bigint, 'nor does the platform itself');

-- One that runs the first tasks again and again does not keep the others waiting.
select tests.enqueue(agency => 'initech', options => '{"as": "waits"}');
select tests.enqueue(agency => 'globex'), count(*) from tests.claim(1);
select tests.enqueue(agency => 'globex'), count(*) from tests.claim(1);
select tests.enqueue(agency => 'globex'), count(*) from tests.claim(1);
select tests.enqueue(agency => 'globex'), count(*) from tests.claim(1);
select is((tests.task('waits')).state::text, 'running', 'nobody is passed for ever');

-- Nor does one that always has a new first task pass a backlog.
create temporary table served (agency uuid);
do $$
begin
  for i in 1..20 loop
    perform tests.enqueue(agency => 'globex');
    insert into served select (t ->> 'agency_id')::uuid from tests.claim(1) as t;
  end loop;
end;
$$;
select cmp_ok((select count(*) from served where agency = tests.id('acme')), '>=', 9::bigint, 'a backlog gets its share beside newcomers');

-- What was taken back comes first, and lets nobody in before those who wait.
update private.tasks set lease_until = now() - interval '1 second' where id = tests.id('waits');
select private.rescue_tasks();
select cmp_ok((tests.task('waits')).turn, '>=', (select min(t.turn) from private.tasks as t where t.state = 'available' and t.id <> tests.id('waits')),
  'what was taken back goes no further to the front than the front');
select is((select count(*) from tests.claim(3) as t where (t ->> 'id')::uuid = tests.id('waits')), 1::bigint, 'and is among the next');
select * from finish();
rollback;
