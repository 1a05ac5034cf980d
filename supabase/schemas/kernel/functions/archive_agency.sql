create or replace function public.archive_agency(agency_id uuid)
returns public.agencies
language plpgsql
volatile
security definer -- agencies have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
begin
  perform private.require(archive_agency.agency_id, 'agency.archive');
  update public.agencies as a
     set archived_at = now()
   where a.id = archive_agency.agency_id
  returning a.* into v_agency;
  perform private.audit(v_agency.id, 'agency.archived', v_agency.id);
  return v_agency;
end;
$$;

comment on function public.archive_agency(uuid) is
  'Closes the agency: nothing is deleted, and nobody holds any permission in it until its owner restores it. Errors: 403 permission_denied, 404 agency_not_found.';
revoke all on function public.archive_agency(uuid) from public, anon;
grant execute on function public.archive_agency(uuid) to authenticated;
