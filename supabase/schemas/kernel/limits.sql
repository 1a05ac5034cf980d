-- Who may ask how often. Operators change the rows; a request counts against every kind it has.
create table private.rate_limits (
  class text not null,
  kind text not null,
  quota integer not null,
  period interval not null,
  primary key (class, kind),
  constraint rate_limits_kind_is_known check (kind in ('user', 'api_key', 'ip', 'agency')),
  constraint rate_limits_quota_is_positive check (quota > 0),
  constraint rate_limits_period_is_positive check (period > interval '0')
);
comment on table private.rate_limits is
  'Requests allowed in a period, by class of endpoint and by whom they are counted. Operators may change them; changes work at once, and what was used counts as the same share of the new limit.';
alter table private.rate_limits enable row level security;
alter table private.rate_limits force row level security;

insert into private.rate_limits (class, kind, quota, period)
select c.class, k.kind,
       case k.kind when 'agency' then c.quota * 10 when 'ip' then least(c.quota, 10) else c.quota end,
       interval '1 minute'
  from (values ('auth', 5), ('write', 100), ('read', 200), ('intensive', 10), ('anonymous', 10)) as c (class, quota)
 cross join (values ('user'), ('api_key'), ('ip'), ('agency')) as k (kind)
on conflict do nothing;

create unlogged table private.rate_counters (
  class text not null,
  kind text not null,
  subject text not null,
  tat timestamptz not null,
  primary key (class, kind, subject)
);
comment on table private.rate_counters is
  'How far each subject has used its limit up (GCRA). Unlogged: a crash forgives the last minute.';
alter table private.rate_counters enable row level security;
alter table private.rate_counters force row level security;

create table private.idempotency_keys (
  subject text not null,
  key_hash bytea not null,
  fingerprint bytea not null,
  sealed_response bytea not null,
  created_at timestamptz not null default now(),
  primary key (subject, key_hash)
);
comment on table private.idempotency_keys is
  'What was answered under an Idempotency-Key, written in the transaction of its effect; kept for 24 hours. An answer may hold a secret (an API key, an invitation''s token), so it is sealed under the Idempotency-Key, which is not stored: only who repeats the request can open it.';
comment on column private.idempotency_keys.key_hash is 'SHA-256 of subject and key.';
comment on column private.idempotency_keys.sealed_response is
  'AES-256 under private.sealing_key(subject, key). As hard to open as the key is to guess.';
create index idempotency_keys_created_at_idx on private.idempotency_keys (created_at);
alter table private.idempotency_keys enable row level security;
alter table private.idempotency_keys force row level security;

-- What the functions behind call_procedure hand on to each other.
create type private.counted_limit as (
  class text, kind text, subject text, quota integer, period interval, step interval, tat timestamptz, remaining integer
);
comment on type private.counted_limit is
  'A limit that a call counts against, with what one call takes of the period, the counter (null before the first call) and how many calls are left.';

create type private.call as (
  subject text, limits private.counted_limit[], tightest private.counted_limit,
  status integer, body jsonb, is_replayed boolean
);
comment on type private.call is
  'A call under limits: whose Idempotency-Keys are meant, null before sign-in; what it counts against, agency first, and the one of those that its headers tell of; and the answer, with status null as long as there is none.';
