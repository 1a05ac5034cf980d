begin;
select plan(41);

select tests.create_agency('acme');
insert into public.campaigns (agency_id, name) values (tests.id('acme'), 'Launch');
insert into public.leads (agency_id, campaign_id, email, status)
select c.agency_id, c.id, f || '.' || t || '@x.test', f
  from public.campaigns as c, unnest(enum_range(null::public.lead_status)) as f, unnest(enum_range(null::public.lead_status)) as t;
select tests.remember('acme/' || email, id) from public.leads;

create function pg_temp.move(from_status text, to_status text) returns text language plpgsql as $$
begin
  perform tests.act_as('acme', 'manager');
  return (public.update_lead(tests.id(format('acme/%s.%s@x.test', from_status, to_status)), jsonb_build_object('status', to_status))).status;
exception when sqlstate 'PT409' then
  return sqlerrm;
end;
$$;
select is(
  pg_temp.move(f::text, t::text),
  case when f = t or exists (
      select from private.status_transitions as s
       where s.entity = 'leads' and s.from_status = f::text and s.to_status = t::text)
    then t::text else 'invalid_transition' end,
  format('%s to %s', f, t))
  from unnest(enum_range(null::public.lead_status)) as f, unnest(enum_range(null::public.lead_status)) as t;

select tests.act_as_postgres();
select is_empty($$ select from private.status_transitions where entity = 'leads' and to_status = 'new' $$,
  'a lead that was worked is never new again');
select is(count(*), 25::bigint, 'every other move is open') from private.status_transitions where entity = 'leads';
select results_eq($$ select * from tests.moves_of('acme/new.qualified@x.test') $$,
  $$ values ('status_changed', '{"from": "new", "to": "qualified"}'::jsonb, tests.id('acme/manager')) $$,
  'a move is among the lead''s activities, once');
select is_empty($$ select * from tests.moves_of('acme/contacted.new@x.test') $$, 'a refused one is not');
select is_empty($$ select * from tests.moves_of('acme/contacted.contacted@x.test') $$, 'nor one that is none');

select * from finish();
rollback;
