create or replace function public.update_agency(agency_id uuid, changes jsonb)
returns public.agencies
language plpgsql
volatile
security definer -- agencies have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.agencies;
  v_after public.agencies;
begin
  perform private.require(update_agency.agency_id, 'agency.manage');
  perform private.require_keys(update_agency.changes, '{name,slug,settings}');

  select a.* into v_before from public.agencies as a where a.id = update_agency.agency_id for update;
  v_after := jsonb_populate_record(v_before, update_agency.changes);
  update public.agencies as a
     set name = v_after.name, slug = v_after.slug, settings = v_after.settings
   where a.id = v_before.id
  returning a.* into v_after;
  perform private.audit(v_after.id, 'agency.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
exception
  when unique_violation then
    raise exception using errcode = 'PT409', message = 'agency_slug_taken',
      detail = 'Another agency already has this slug.', hint = 'Choose another slug.';
end;
$$;

comment on function public.update_agency(uuid, jsonb) is
  'Changes name, slug or settings; keys left out stay as they are. Errors: 403 permission_denied, 404 agency_not_found, 409 agency_slug_taken, 422 unknown_field.';
revoke all on function public.update_agency(uuid, jsonb) from public, anon;
grant execute on function public.update_agency(uuid, jsonb) to authenticated;
