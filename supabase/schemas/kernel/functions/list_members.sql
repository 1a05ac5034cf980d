create or replace function public.list_members(
  agency_id uuid default null,
  page integer default 1,
  page_size integer default 20,
  search text default null
)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_members.agency_id);
  v_offset bigint := private.page_offset(list_members.page, list_members.page_size);
  v_items jsonb;
  v_total bigint;
begin
  perform private.require(v_agency, 'members.read');

  with matching as (
    select m.*, coalesce(p.full_name, p.email::text) as sort_name
      from public.memberships as m
      join public.profiles as p on p.id = m.user_id
     where m.agency_id = v_agency
       and (list_members.search is null
         or strpos(lower(concat_ws(' ', p.full_name, p.email, m.title)), lower(list_members.search)) > 0)
  ), page as (
    select m.user_id, m.sort_name from matching as m
     order by m.sort_name, m.user_id limit list_members.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(private.member_document(m) order by page.sort_name, m.user_id), '[]')
    into v_total, v_items
    from page
    join public.memberships as m on m.agency_id = v_agency and m.user_id = page.user_id;

  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_members(uuid, integer, integer, text) is
  'A page {items, total} of the agency''s members by name; search looks into name, e-mail and title. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 page_out_of_range.';
revoke all on function public.list_members(uuid, integer, integer, text) from public, anon;
grant execute on function public.list_members(uuid, integer, integer, text) to authenticated;
