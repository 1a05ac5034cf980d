-- What has been told on the topics whose state changes faster than anybody can read.

create table private.announcements (
  agency_id uuid not null,
  topic text not null,
  at timestamptz not null,
  state jsonb not null,
  primary key (agency_id, topic)
);
comment on table private.announcements is
  'The state last told on a topic, and when: nothing is told twice, or too often.';

create table private.announcements_due (
  agency_id uuid not null,
  topic text not null,
  id bigint generated always as identity,
  primary key (agency_id, topic, id)
);
comment on table private.announcements_due is
  'Topics whose state changed too soon after it was told. Append-only, so that writers never wait for each other; private.announce_due() tells and deletes.';

alter table private.announcements enable row level security;
alter table private.announcements force row level security;
alter table private.announcements_due enable row level security;
alter table private.announcements_due force row level security;

insert into private.chores (name, every) values ('announcements', '1 second'), ('old_announcements', '1 day');
