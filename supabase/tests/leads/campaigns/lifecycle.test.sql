-- Every pair of statuses, against private.status_transitions.
begin;
select plan(49);

select tests.create_agency('acme');
insert into public.campaigns (agency_id, name, status)
select tests.id('acme'), f::text || ' to ' || t, f
  from unnest(enum_range(null::public.campaign_status)) as f, unnest(enum_range(null::public.campaign_status)) as t;
select tests.remember(name, id) from public.campaigns;
select tests.new_events();
select tests.act_as('acme', 'manager');

create function pg_temp.move(from_status text, to_status text) returns text language plpgsql as $$
begin
  perform tests.act_as('acme', 'manager');
  return (public.set_campaign_status(tests.id(from_status || ' to ' || to_status), to_status)).status;
exception when sqlstate 'PT409' then
  return sqlerrm;
end;
$$;

select tests.act_as_postgres();
select is(
  pg_temp.move(f::text, t::text),
  case when f = t or exists (
      select from private.status_transitions as s
       where s.entity = 'campaigns' and s.from_status = f::text and s.to_status = t::text)
    then t::text else 'invalid_transition' end,
  format('%s to %s', f, t))
  from unnest(enum_range(null::public.campaign_status)) as f, unnest(enum_range(null::public.campaign_status)) as t;

select tests.act_as_postgres();
select is(c.status::text,
  case when exists (select from private.status_transitions as s where s.entity = 'campaigns' and s.from_status || ' to ' || s.to_status = c.name)
    then split_part(c.name, ' to ', 2) else split_part(c.name, ' to ', 1) end,
  format('the campaign moved %s only where it may', c.name))
  from public.campaigns as c where split_part(c.name, ' to ', 1) <> split_part(c.name, ' to ', 2);
select is(
  (select count(*) from tests.new_events() where action = 'campaign.status_set'),
  (select count(*) + 5 from private.status_transitions where entity = 'campaigns'),
  'each answered move is audited once');

-- What the table itself has to say.
select bag_eq(
  $$ select from_status, to_status from private.status_transitions where entity = 'campaigns' and 'archived' in (from_status, to_status) $$,
  $$ values ('draft', 'archived'), ('active', 'archived'), ('paused', 'archived'), ('completed', 'archived'), ('archived', 'draft') $$,
  'everything can be archived, and comes back as a draft');
select is_empty(
  $$ select from private.status_transitions where entity = 'campaigns' and from_status = 'draft' and to_status in ('paused', 'completed') $$,
  'a draft is activated before anything else');
select is_empty(
  $$ select from private.status_transitions where from_status = to_status or entity = 'campaigns' and to_status = 'draft' and from_status <> 'archived' $$,
  'what has run is no draft again');

select * from finish();
rollback;
