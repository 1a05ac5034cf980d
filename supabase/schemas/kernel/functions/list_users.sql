create or replace function public.list_users(
  search text default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- staff see users of every agency, which no policy lets them
set search_path = ''
as $$
#variable_conflict error
declare
  v_offset bigint := private.page_offset(list_users.page, list_users.page_size);
  v_total bigint;
  v_items jsonb;
begin
  perform private.require_staff();
  with matching as (
    select p.*
      from public.profiles as p
     where list_users.search is null
        or strpos(lower(concat_ws(' ', p.full_name, p.email)), lower(list_users.search)) > 0
  ), page as (
    select m.id from matching as m
     order by m.created_at desc, m.id desc limit list_users.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(private.user_document(p) order by p.created_at desc, p.id desc), '[]')
    into v_total, v_items
    from page
    join public.profiles as p on p.id = page.id;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_users(text, integer, integer) is
  'For staff of the platform: a page {items, total} of all users, the newest first, with their agencies; search looks into name and e-mail. Errors: 401 not_signed_in, 403 staff_required, 422 page_out_of_range.';
revoke all on function public.list_users(text, integer, integer) from public, anon;
grant execute on function public.list_users(text, integer, integer) to authenticated;
