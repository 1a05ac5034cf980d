create or replace function public.search_audit(
  agency_id uuid default null,
  action text default null,
  entity text default null,
  entity_id uuid default null,
  actor_id uuid default null,
  since timestamptz default null,
  until timestamptz default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- staff see every agency's events, which no policy lets them
set search_path = ''
-- Which filters are given decides on the index.
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict error
declare
  v_agency uuid := coalesce(search_audit.agency_id, private.requested_agency());
  v_offset bigint := private.page_offset(search_audit.page, search_audit.page_size);
  v_total bigint;
  v_items jsonb;
begin
  if not private.is_staff() then
    v_agency := private.current_agency(v_agency);
    perform private.require(v_agency, 'audit.read');
  end if;
  with matching as (
    select a.*
      from public.audit_log as a
     where (v_agency is null or a.agency_id = v_agency)
       and (search_audit.action is null or a.action = search_audit.action)
       and (search_audit.entity is null or a.entity = search_audit.entity)
       and (search_audit.entity_id is null or a.entity_id = search_audit.entity_id)
       and (search_audit.actor_id is null or a.actor_id = search_audit.actor_id)
       and (search_audit.since is null or a.at >= search_audit.since)
       and (search_audit.until is null or a.at < search_audit.until)
  ), page as (
    select m.* from matching as m
     order by m.at desc, m.id desc limit search_audit.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object(
           'agency_name', g.name, 'actor_name', coalesce(p.full_name, p.email::text, k.name)
         ) order by e.at desc, e.id desc), '[]')
    into v_total, v_items
    from page as e
    left join public.agencies as g on g.id = e.agency_id
    left join public.profiles as p on e.actor_type = 'user' and p.id = e.actor_id
    left join public.api_keys as k
      on e.actor_type = 'api_key' and k.agency_id = e.agency_id and k.id = e.actor_id;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.search_audit(uuid, text, text, uuid, uuid, timestamptz, timestamptz, integer, integer) is
  'A page {items, total} of audit events, the newest first: from since on, before until. Members see their agency''s; staff of the platform see every agency''s and the platform''s own. Errors: 400 agency_required, 401 not_signed_in, 403 permission_denied, 404 agency_not_found, 422 page_out_of_range.';
revoke all on function public.search_audit(uuid, text, text, uuid, uuid, timestamptz, timestamptz, integer, integer)
  from public, anon;
grant execute on function public.search_audit(uuid, text, text, uuid, uuid, timestamptz, timestamptz, integer, integer)
  to authenticated;
