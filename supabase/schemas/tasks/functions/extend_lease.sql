create or replace function private.extend_lease(
  task_id uuid,
  claim bigint,
  lease_seconds integer,
  has_progressed boolean default false
)
returns timestamptz
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_until timestamptz;
begin
  perform private.require_lease(extend_lease.lease_seconds);
  -- Not now(): the transaction may have been at work for longer than a lease.
  update private.tasks as t
     set lease_until = clock_timestamp() + make_interval(secs => extend_lease.lease_seconds),
         heartbeat_at = clock_timestamp(),
         attempts = case when extend_lease.has_progressed then 1 else t.attempts end
   where t.id = extend_lease.task_id and t.claim = extend_lease.claim and t.lease_until is not null
  returning t.lease_until into v_until;
  if not found then
    perform private.refuse_lost_task(extend_lease.task_id);
  end if;
  return v_until;
end;
$$;

comment on function private.extend_lease(uuid, bigint, integer, boolean) is
  'A sign of life: the lease ends so many seconds from now. A task that has progressed gets its attempts back, all but this one. Errors: 409 task_lost, 422 lease_out_of_range.';
