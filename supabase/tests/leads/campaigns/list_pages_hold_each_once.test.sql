begin;
select plan(13);

select tests.create_agency('acme');
-- Half of them at one moment, so that the id has to tell them apart.
insert into public.campaigns (agency_id, name, created_at)
select tests.id('acme'), 'C' || (n % 5), now() - case when n % 2 = 0 then interval '1 day' else n * interval '1 hour' end
  from generate_series(1, 23) as n;

create function pg_temp.pages(sort_by text, sort_order text) returns setof uuid language plpgsql as $$
declare
  v_page integer;
begin
  for v_page in 1..6 loop
    return query select (i ->> 'id')::uuid from jsonb_array_elements(public.list_campaigns(
      tests.id('acme'), sort_by => pages.sort_by, sort_order => pages.sort_order, page => v_page, page_size => 4) -> 'items') as i;
  end loop;
end;
$$;
create function pg_temp.walk(sort_by text, sort_order text) returns setof uuid language plpgsql as $$
declare
  v_answer jsonb;
  v_cursor text := '';
begin
  for n in 1..100 loop
    v_answer := public.list_campaigns(tests.id('acme'), sort_by => walk.sort_by, sort_order => walk.sort_order, page_size => 4, cursor => v_cursor);
    return query select (i ->> 'id')::uuid from jsonb_array_elements(v_answer -> 'items') as i;
    v_cursor := v_answer ->> 'next_cursor';
    exit when v_cursor is null;
  end loop;
end;
$$;
grant execute on all functions in schema pg_temp to public;
select tests.act_as_service();

select results_eq(
  format('select * from pg_temp.walk(%L, %L)', s, o), format('select id from public.campaigns order by %1$s %2$s, id %2$s', s, o),
  format('a walk by %s %s meets each campaign once, in order', s, o))
  from unnest('{created_at,name,status}'::text[]) as s, unnest('{asc,desc}'::text[]) as o;
select results_eq(
  format('select * from pg_temp.pages(%L, %L)', s, o), format('select id from public.campaigns order by %1$s %2$s, id %2$s', s, o),
  format('so do numbered pages by %s %s', s, o))
  from unnest('{created_at,name,status}'::text[]) as s, unnest('{asc,desc}'::text[]) as o;
select throws_ok($$ select public.list_campaigns(tests.id('acme'), cursor => 'nonsense!') $$, 'PT422', 'cursor_invalid',
  'a cursor nobody gave is refused');

select * from finish();
rollback;
