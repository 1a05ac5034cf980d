create or replace function private.my_agencies()
returns uuid[]
language plpgsql
stable
security definer -- reads memberships that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid := private.requested_agency();
  v_agency uuid;
begin
  if v_user is null then
    if private.is_service() then
      return array(
        select a.id from public.agencies as a
         where v_requested is null or a.id = v_requested
      );
    end if;
    v_agency := (private.api_key()).agency_id;
    return array(select v_agency where v_agency = coalesce(v_requested, v_agency));
  end if;
  return array(
    select m.agency_id
      from public.memberships as m
     where m.user_id = v_user
       and m.status = 'active'
       and (v_requested is null or m.agency_id = v_requested)
  );
end;
$$;

comment on function private.my_agencies() is
  'The agencies, archived ones too, of which the caller is an active member (for an API key, its agency), narrowed to X-Agency-Id where the request names one.';
grant execute on function private.my_agencies() to authenticated;
