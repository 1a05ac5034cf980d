-- Numbered and by cursor, by every sort, with many equal values.
begin;
select plan(26);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
insert into public.leads (agency_id, campaign_id, email, last_name, company, status, priority, created_at)
select tests.id('acme'), tests.id('acme/Launch'), n || '@x.test',
       case when n % 3 > 0 then 'Name ' || n % 4 end, case when n % 4 > 0 then 'Company ' || n % 3 end,
       (enum_range(null::public.lead_status))[1 + n % 6], (enum_range(null::public.lead_priority))[1 + n % 4],
       now() - make_interval(hours => n % 7)
  from generate_series(1, 43) as n;

create function pg_temp.pages(sort_by text, sort_order text) returns setof uuid language plpgsql as $$
begin
  for v_page in 1..6 loop
    return query select (i ->> 'id')::uuid from jsonb_array_elements(public.list_leads(
      tests.id('acme'), sort_by => pages.sort_by, sort_order => pages.sort_order, page => v_page, page_size => 9) -> 'items') as i;
  end loop;
end;
$$;
create function pg_temp.walk(sort_by text, sort_order text, status text default null) returns setof uuid language plpgsql as $$
declare
  v_answer jsonb;
  v_cursor text := '';
begin
  for n in 1..100 loop
    v_answer := public.list_leads(tests.id('acme'), sort_by => walk.sort_by, sort_order => walk.sort_order, status => walk.status,
      page_size => 4, cursor => v_cursor);
    return query select (i ->> 'id')::uuid from jsonb_array_elements(v_answer -> 'items') as i;
    v_cursor := v_answer ->> 'next_cursor';
    exit when v_cursor is null;
  end loop;
end;
$$;
grant execute on all functions in schema pg_temp to public;
select tests.act_as_service();

select results_eq(format('select * from pg_temp.pages(%L, %L)', s, o),
  format('select id from public.leads order by %1$s %2$s, id %2$s', s, o), format('numbered pages by %s %s', s, o))
  from unnest('{created_at,updated_at,score,status,priority,last_name,company}'::text[]) as s, unnest('{asc,desc}'::text[]) as o;
select results_eq(format('select * from pg_temp.walk(%L, %L)', s, o),
  format('select id from public.leads order by %1$s %2$s, id %2$s', s, o), format('a walk by %s %s', s, o))
  from unnest('{created_at,updated_at,score,status,priority}'::text[]) as s, unnest('{ASC,desc}'::text[]) as o;
select results_eq($$ select * from pg_temp.walk('created_at', 'desc', 'contacted') $$,
  $$ select id from public.leads where status = 'contacted' order by created_at desc, id desc $$, 'a walk keeps to its filter');
select throws_ok(format('select public.list_leads(tests.id(%L), cursor => %L)', 'acme', c), 'PT422', 'cursor_invalid',
  'a cursor nobody gave is refused') from unnest(array['nonsense!']) as c;

select * from finish();
rollback;
