create or replace function private.require_no_denial(agency_id uuid, user_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if exists (
    select from public.member_permissions as d
     where d.agency_id = require_no_denial.agency_id and d.user_id = require_no_denial.user_id
       and d.effect = 'deny'
  ) then
    raise exception using errcode = 'PT409', message = 'owner_holds_everything',
      detail = 'Who is denied a permission cannot be an owner.', hint = 'Take the denials away first.';
  end if;
end;
$$;

comment on function private.require_no_denial(uuid, uuid) is
  'Refuses to make an owner of a member who is denied something: 409 owner_holds_everything. Else the last owner could be one who may not act.';
