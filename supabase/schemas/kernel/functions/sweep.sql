create or replace function private.sweep()
returns void
language sql
volatile
security definer -- the schedule that calls it owns nothing
set search_path = ''
as $$
  delete from private.idempotency_keys where created_at < now() - interval '24 hours';
  delete from private.rate_counters where tat < now() - interval '1 minute';
$$;

comment on function private.sweep() is
  'Forgets answers older than their Idempotency-Key''s 24 hours, and counters that are paid back. Called by the clock.';
