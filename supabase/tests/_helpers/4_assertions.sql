-- What tests look at besides a procedure's answer, whoever speaks at that moment.

create table tests.seen_events (id uuid primary key);
create table tests.watched (slug text primary key, digest text not null);

create function tests.new_events()
returns setof public.audit_log
language sql
volatile
security definer
as $$
  with seen as (
    insert into tests.seen_events (id) select a.id from public.audit_log as a on conflict do nothing
    returning id
  )
  select a.* from public.audit_log as a join seen on seen.id = a.id order by a.id;
$$;
comment on function tests.new_events() is
  'The audit events written since it was last asked; ask once after the fixtures to forget theirs.';

create function tests.watch(slug text)
returns void
language sql
security definer
as $$
  insert into tests.watched (slug, digest) values (watch.slug, tests.digest(tests.id(watch.slug)))
  on conflict (slug) do update set digest = excluded.digest;
$$;
comment on function tests.watch(text) is 'Remembers what an agency holds for tests.is_untouched().';

create function tests.is_untouched(slug text)
returns text
language sql
security definer
as $$
  select extensions.is(tests.digest(tests.id(is_untouched.slug)), w.digest,
      'no row of ' || is_untouched.slug || ' has changed')
    from tests.watched as w where w.slug = is_untouched.slug;
$$;
comment on function tests.is_untouched(text) is
  'Asserts that every row of the agency is as it was at tests.watch().';

create function tests.lead(key text)
returns public.leads
language sql
stable
security definer
as $$
  select l.* from public.leads as l where l.id = tests.id(lead.key);
$$;
comment on function tests.lead(text) is 'A lead as it stands, whoever speaks: `acme/<e-mail>`.';

create function tests.moves_of(key text)
returns table (type text, payload jsonb, actor_id uuid)
language sql
stable
security definer
as $$
  select a.type, a.payload, a.actor_id from public.lead_activities as a
   where a.lead_id = tests.id(moves_of.key) and a.type in ('status_changed', 'assigned')
   order by a.id;
$$;
comment on function tests.moves_of(text) is
  'What the system wrote into a lead''s activities about its status and assignee.';

grant execute on all functions in schema tests to public;
