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
