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
