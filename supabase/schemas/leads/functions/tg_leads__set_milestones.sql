create or replace function private.tg_leads__set_milestones()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op = 'UPDATE' and new.status = old.status then
    return new;
  end if;
  case new.status
    when 'contacted' then new.last_contacted_at := coalesce(new.last_contacted_at, now());
    when 'responded' then new.responded_at := coalesce(new.responded_at, now());
    when 'qualified' then new.qualified_at := coalesce(new.qualified_at, now());
    when 'converted' then new.converted_at := coalesce(new.converted_at, now());
    else null;
  end case;
  -- Moving back takes back what came later; rejecting keeps what the lead had reached.
  if tg_op = 'UPDATE' and new.status <> 'rejected' then
    if new.status < 'converted' then
      new.converted_at := null;
    end if;
    if new.status < 'qualified' then
      new.qualified_at := null;
    end if;
    if new.status < 'responded' then
      new.responded_at := null;
    end if;
  end if;
  return new;
end;
$$;

comment on function private.tg_leads__set_milestones() is
  'Keeps the milestone times in step with the status.';
