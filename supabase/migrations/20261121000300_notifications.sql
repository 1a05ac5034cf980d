-- Domain notifications, built from supabase/schemas/notifications by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/notifications/tables.sql

-- What the agency's members are told, and by which way each wants to hear it.

create table private.notification_types (
  type text primary key,
  description text not null,
  in_app boolean not null,
  email boolean not null,
  position integer not null,
  constraint notification_types_are_entity_dot_verb check (type ~ '^[a-z_]+\.[a-z_]+$')
);
comment on table private.notification_types is
  'What one can be notified of, and by which ways unless a member says otherwise. A mail goes by default only where somebody is waited for.';

insert into private.notification_types (type, description, in_app, email, position) values
  ('job.completed', 'A job you created has finished', true, false, 1),
  ('job.failed', 'A job you created, or one of a schedule that you may run, has failed', true, true, 2),
  ('lead.assigned', 'Leads were assigned to you', true, true, 3),
  ('lead.qualified', 'A lead assigned to you was judged', true, false, 4);

create table public.notifications (
  agency_id uuid not null,
  id uuid not null default private.uuid_v7(),
  user_id uuid not null,
  type text not null references private.notification_types (type),
  title text not null,
  body text,
  data jsonb not null default '{}',
  in_app boolean not null default true,
  email boolean not null default false,
  read_at timestamptz,
  email_queued_at timestamptz,
  emailed_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint notifications_are_for_a_member foreign key (agency_id, user_id)
    references public.memberships (agency_id, user_id) on delete cascade,
  constraint notifications_title_has_1_to_200_characters check (char_length(title) between 1 and 200),
  constraint notifications_body_has_at_most_2000_characters check (char_length(body) <= 2000),
  constraint notifications_data_is_an_object check (jsonb_typeof(data) = 'object')
);
comment on table public.notifications is
  'What a member was told. Made by private.notify() in the transaction of what happened; gone with the membership.';
comment on column public.notifications.data is
  'What it is about, for a link: ids such as lead_id, lead_ids, campaign_id, job_id, and counts.';
comment on column public.notifications.in_app is
  'Whether it shows in the app; one that goes by e-mail alone does not.';
comment on column public.notifications.email is
  'Whether it was to go by e-mail when it was made; the clock puts its mail in line.';
comment on column public.notifications.email_queued_at is
  'When its mail was put in line, with others of its user; null while it waits, and where there is none.';
comment on column public.notifications.emailed_at is 'When its mail was handed to the mail server; null without one.';
create index notifications_agency_id_user_id_created_at_idx
  on public.notifications (agency_id, user_id, created_at desc, id desc) where in_app;
create index notifications_agency_id_user_id_unread_idx
  on public.notifications (agency_id, user_id) where in_app and read_at is null;
-- What waits for its mail, the oldest first, and whose mail was put in line when.
create index notifications_awaiting_email_idx
  on public.notifications (id) where email and email_queued_at is null and read_at is null;
create index notifications_agency_id_user_id_email_queued_at_idx
  on public.notifications (agency_id, user_id, email_queued_at) where email_queued_at is not null;
create index notifications_type_idx on public.notifications (type);

create table public.notification_preferences (
  agency_id uuid not null,
  user_id uuid not null,
  type text not null references private.notification_types (type),
  in_app boolean not null,
  email boolean not null,
  updated_at timestamptz not null default now(),
  primary key (agency_id, user_id, type),
  constraint notification_preferences_are_a_members foreign key (agency_id, user_id)
    references public.memberships (agency_id, user_id) on delete cascade
);
comment on table public.notification_preferences is
  'By which ways a member of an agency hears of a type; without a row as private.notification_types says.';
create index notification_preferences_type_idx on public.notification_preferences (type);

create type private.notice as (user_id uuid, title text, body text, data jsonb);
comment on type private.notice is 'One person''s part of what private.notify_each() tells.';

insert into private.task_kinds (kind, description) values
  ('notification.email', 'Sends notifications to their user''s e-mail address');

insert into private.chores (name, every) values ('notifications', '1 day'), ('notification_emails', '1 second');

-- supabase/schemas/notifications/functions/begin_notification_email.sql

create or replace function public.begin_notification_email(task_id uuid, claim bigint)
returns jsonb
language plpgsql
volatile
security definer -- workers read no tables of other agencies' people
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_service();
  v_task := private.hold_task(begin_notification_email.task_id, begin_notification_email.claim);
  return (
    select jsonb_build_object('to', p.email, 'agency_name', a.name,
             'notifications', jsonb_agg(jsonb_build_object('id', n.id, 'title', n.title, 'body', n.body) order by n.id))
      from public.notifications as n
      join public.memberships as m on m.agency_id = n.agency_id and m.user_id = n.user_id and m.status = 'active'
      join public.agencies as a on a.id = n.agency_id and a.archived_at is null
      join public.profiles as p on p.id = n.user_id
      join private.notification_types as t on t.type = n.type
      left join public.notification_preferences as w
        on w.agency_id = n.agency_id and w.user_id = n.user_id and w.type = n.type
     where n.agency_id = v_task.agency_id
       and n.id in (select i::uuid from jsonb_array_elements_text(v_task.payload -> 'notification_ids') as i)
       and n.emailed_at is null
       and n.read_at is null
       and coalesce(w.email, t.email)
     group by p.id, a.id
  );
end;
$$;

comment on function public.begin_notification_email(uuid, bigint) is
  'For workers: the mail of a task notification.email, {to, agency_name, notifications: [{id, title, body}]}, as things are now. Left out is what was sent or read, and what its user wants no mail of any more; null where nothing is left, or the user is no active member. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.begin_notification_email(uuid, bigint) from public, anon, authenticated;
grant execute on function public.begin_notification_email(uuid, bigint) to service_role;

-- supabase/schemas/notifications/functions/enqueue_notification_emails.sql

create or replace function private.enqueue_notification_emails(batch_size integer default 1000)
returns bigint
language plpgsql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_made bigint;
begin
  with waiting as materialized (
    select n.agency_id, n.id, n.user_id
      from public.notifications as n
     where n.email and n.email_queued_at is null and n.read_at is null
       -- Who has just got a mail gets the next ones in one, five minutes later.
       and not exists (
         select from public.notifications as q
          where q.agency_id = n.agency_id and q.user_id = n.user_id
            and q.email_queued_at > now() - interval '5 minutes'
       )
     order by n.id
     limit enqueue_notification_emails.batch_size
       -- What its user is just reading can wait for the next tick.
       for no key update skip locked
  ), queued as (
    update public.notifications as n
       set email_queued_at = now()
      from waiting as w
     where n.agency_id = w.agency_id and n.id = w.id
  ), mails as (
    select w.agency_id, jsonb_build_object('notification_ids', jsonb_agg(w.id order by w.id)) as payload
      from waiting as w
     group by w.agency_id, w.user_id
  )
  select coalesce(sum(private.enqueue_tasks('notification.email', a.payloads, a.agency_id)), 0)
    into v_made
    from (select m.agency_id, array_agg(m.payload) as payloads from mails as m group by m.agency_id) as a;
  return v_made;
end;
$$;

comment on function private.enqueue_notification_emails(integer) is
  'Puts the mails of new notifications in line, one for all that wait of a user in an agency, and no sooner than five minutes after the last; returns how many. Called by the clock: what makes notifications pays for no mail.';

-- supabase/schemas/notifications/functions/finish_notification_email.sql

create or replace function public.finish_notification_email(task_id uuid, claim bigint, notification_ids uuid[])
returns void
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_service();
  v_task := private.hold_task(finish_notification_email.task_id, finish_notification_email.claim);
  update public.notifications as n
     set emailed_at = now()
   where n.agency_id = v_task.agency_id
     and n.id in (
       select o.id
         from public.notifications as o
        where o.agency_id = v_task.agency_id
          and o.id = any (finish_notification_email.notification_ids)
          and v_task.payload -> 'notification_ids' ? o.id::text
        order by o.id -- as whoever reads them locks them
          for no key update
     );
end;
$$;

comment on function public.finish_notification_email(uuid, bigint, uuid[]) is
  'For workers: the mail of a task notification.email is with the mail server, with these of its notifications; they are not sent again. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.finish_notification_email(uuid, bigint, uuid[]) from public, anon, authenticated;
grant execute on function public.finish_notification_email(uuid, bigint, uuid[]) to service_role;

-- supabase/schemas/notifications/functions/list_notification_preferences.sql

create or replace function public.list_notification_preferences(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- the types are in private
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_agency uuid := private.current_agency(list_notification_preferences.agency_id);
begin
  return (
    select jsonb_build_object('items', jsonb_agg(jsonb_build_object(
               'type', t.type, 'description', t.description,
               'in_app', coalesce(p.in_app, t.in_app), 'email', coalesce(p.email, t.email)
             ) order by t.position), 'total', count(*))
      from private.notification_types as t
      left join public.notification_preferences as p
        on p.agency_id = v_agency and p.user_id = v_user and p.type = t.type
  );
end;
$$;

comment on function public.list_notification_preferences(uuid) is
  'By which ways the caller hears of each type in an agency: {items: [{type, description, in_app, email}], total}. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.list_notification_preferences(uuid) from public, anon;
grant execute on function public.list_notification_preferences(uuid) to authenticated;

-- supabase/schemas/notifications/functions/list_notifications.sql

create or replace function public.list_notifications(
  agency_id uuid default null,
  unread boolean default false,
  page integer default 1,
  page_size integer default 20,
  cursor text default null
)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_agency uuid := private.current_agency(list_notifications.agency_id);
  v_unread bigint;
begin
  select count(*) into v_unread
    from public.notifications as n
   where n.agency_id = v_agency and n.user_id = v_user and n.in_app and n.read_at is null;
  return private.page_of(
    'public.notifications',
    format('t.agency_id = %L and t.user_id = %L and t.in_app', v_agency, v_user)
      || case when list_notifications.unread then ' and t.read_at is null' else '' end,
    '{created_at}', list_notifications.page, list_notifications.page_size, 'created_at', 'desc',
    list_notifications.cursor, case when list_notifications.unread then v_unread end
  ) || jsonb_build_object('unread', v_unread);
end;
$$;

comment on function public.list_notifications(uuid, boolean, integer, integer, text) is
  'The caller''s notifications in an agency, the newest first: {items, total, unread}, or with a cursor {items, next_cursor, unread}; unread counts those not read, whatever the page shows. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found, 422 page_out_of_range, cursor_invalid.';
revoke all on function public.list_notifications(uuid, boolean, integer, integer, text) from public, anon;
grant execute on function public.list_notifications(uuid, boolean, integer, integer, text) to authenticated;

-- supabase/schemas/notifications/functions/mark_notifications_read.sql

create or replace function public.mark_notifications_read(
  notification_ids uuid[] default null,
  agency_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_agency uuid := private.current_agency(mark_notifications_read.agency_id);
  v_marked bigint;
  v_answer jsonb;
begin
  if cardinality(mark_notifications_read.notification_ids) not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'bulk_size_out_of_range',
      detail = 'A bulk call takes 1 to 100 ids.', hint = 'Send the rest in further calls, or none for all.';
  end if;
  update public.notifications as n
     set read_at = now()
   where n.agency_id = v_agency
     and n.id in (
       select o.id
         from public.notifications as o
        where o.agency_id = v_agency and o.user_id = v_user and o.in_app and o.read_at is null
          and (mark_notifications_read.notification_ids is null
            or o.id = any (mark_notifications_read.notification_ids))
        order by o.id
          for no key update
     );
  get diagnostics v_marked = row_count;
  select jsonb_build_object('marked', v_marked, 'unread', count(*)) into v_answer
    from public.notifications as n
   where n.agency_id = v_agency and n.user_id = v_user and n.in_app and n.read_at is null;
  perform private.audit(v_agency, 'notification.read', null, null, v_answer);
  return v_answer;
end;
$$;

comment on function public.mark_notifications_read(uuid[], uuid) is
  'Marks the caller''s notifications of these ids (1 to 100) as read, or all of them: {marked, unread}. What is another''s is passed over. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found, 422 bulk_size_out_of_range.';
revoke all on function public.mark_notifications_read(uuid[], uuid) from public, anon;
grant execute on function public.mark_notifications_read(uuid[], uuid) to authenticated;

-- supabase/schemas/notifications/functions/notify.sql

create or replace function private.notify(
  agency_id uuid,
  user_ids uuid[],
  type text,
  title text,
  body text default null,
  data jsonb default '{}'
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.notify_each(notify.agency_id, notify.type, array(
    select (u.id, notify.title, notify.body, notify.data)::private.notice
      from (select distinct i.id from unnest(notify.user_ids) as i (id)) as u
  ));
end;
$$;

comment on function private.notify(uuid, uuid[], text, text, text, jsonb) is
  'Tells members of an agency the same; see private.notify_each().';

-- supabase/schemas/notifications/functions/notify_each.sql

create or replace function private.notify_each(agency_id uuid, type text, notices private.notice[])
returns void
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_type private.notification_types;
begin
  select t.* into strict v_type from private.notification_types as t where t.type = notify_each.type;
  insert into public.notifications (agency_id, user_id, type, title, body, data, in_app, email)
  select notify_each.agency_id, n.user_id, notify_each.type, left(n.title, 200), left(n.body, 2000),
         coalesce(n.data, '{}'), coalesce(p.in_app, v_type.in_app), coalesce(p.email, v_type.email)
    from unnest(notify_each.notices) as n
    join public.memberships as m
      on m.agency_id = notify_each.agency_id and m.user_id = n.user_id and m.status = 'active'
    join public.agencies as a on a.id = m.agency_id and a.archived_at is null
    left join public.notification_preferences as p
      on p.agency_id = m.agency_id and p.user_id = m.user_id and p.type = notify_each.type
   where n.user_id is distinct from private.uid() -- whoever did it knows
     and (coalesce(p.in_app, v_type.in_app) or coalesce(p.email, v_type.email));
end;
$$;

comment on function private.notify_each(uuid, text, private.notice[]) is
  'Tells members of an agency, each in their own words, by the ways each prefers. Just writes it down: private.enqueue_notification_emails() puts the mails in line. Passes over who is no active member, and over whoever acts.';

-- supabase/schemas/notifications/functions/set_notification_preference.sql

create or replace function public.set_notification_preference(
  type text,
  in_app boolean default null,
  email boolean default null,
  agency_id uuid default null
)
returns public.notification_preferences
language plpgsql
volatile
security definer -- preferences have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_agency uuid := private.current_agency(set_notification_preference.agency_id);
  v_type private.notification_types;
  v_preference public.notification_preferences;
begin
  select t.* into v_type from private.notification_types as t where t.type = set_notification_preference.type;
  if not found then
    raise exception using errcode = 'PT422', message = 'notification_type_unknown',
      detail = 'Nobody is notified of this.', hint = 'List the preferences to see which types there are.';
  end if;
  insert into public.notification_preferences as p (agency_id, user_id, type, in_app, email)
  values (v_agency, v_user, v_type.type, coalesce(set_notification_preference.in_app, v_type.in_app),
          coalesce(set_notification_preference.email, v_type.email))
  on conflict on constraint notification_preferences_pkey do update
     set in_app = coalesce(set_notification_preference.in_app, p.in_app),
         email = coalesce(set_notification_preference.email, p.email)
  returning p.* into v_preference;
  perform private.audit(v_agency, 'notification_preference.set', null, null, to_jsonb(v_preference));
  return v_preference;
end;
$$;

comment on function public.set_notification_preference(text, boolean, boolean, uuid) is
  'Says by which ways the caller hears of a type in an agency; null leaves a way as it is. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found, 422 notification_type_unknown.';
revoke all on function public.set_notification_preference(text, boolean, boolean, uuid) from public, anon;
grant execute on function public.set_notification_preference(text, boolean, boolean, uuid) to authenticated;

-- supabase/schemas/notifications/functions/sweep_notifications.sql

create or replace function private.sweep_notifications()
returns void
language sql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
  delete from public.notifications where created_at < now() - interval '180 days'
$$;

comment on function private.sweep_notifications() is 'Forgets notifications after 180 days, read or not. Called by the clock.';

-- supabase/schemas/notifications/triggers.sql

create trigger notification_preferences_set_updated_at
  before update on public.notification_preferences
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

-- supabase/schemas/notifications/policies.sql

alter table private.notification_types enable row level security;
alter table private.notification_types force row level security;

alter table public.notifications enable row level security;
alter table public.notifications force row level security;
create policy notifications_select_self on public.notifications
  for select to authenticated using (
    agency_id = any ((select private.my_agencies())::uuid[])
    and user_id = (select private.uid())
    and in_app
  );
grant select on public.notifications to authenticated;

alter table public.notification_preferences enable row level security;
alter table public.notification_preferences force row level security;
create policy notification_preferences_select_self on public.notification_preferences
  for select to authenticated using (
    agency_id = any ((select private.my_agencies())::uuid[])
    and user_id = (select private.uid())
  );
grant select on public.notification_preferences to authenticated;
