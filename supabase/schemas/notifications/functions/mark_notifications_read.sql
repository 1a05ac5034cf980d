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
