create or replace function private.current_agency(agency_id uuid default null)
returns uuid
language plpgsql
stable
security definer -- reads the caller's profile
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := coalesce(
    current_agency.agency_id,
    private.requested_agency(),
    (private.api_key()).agency_id,
    (select p.active_agency_id from public.profiles as p where p.id = private.uid())
  );
begin
  if v_agency is null then
    perform private.require_caller();
    raise exception using errcode = 'PT400', message = 'agency_required',
      detail = 'It is not clear which agency is meant.',
      hint = 'Create an agency or switch to one, or send its id in the header X-Agency-Id.';
  end if;
  perform private.require_member(v_agency);
  return v_agency;
end;
$$;

comment on function private.current_agency(uuid) is
  'The agency a request is about: the argument, else the header X-Agency-Id, else the caller''s active agency. Errors: 401 not_signed_in, 400 agency_required, 404 agency_not_found.';
