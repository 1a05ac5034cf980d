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
