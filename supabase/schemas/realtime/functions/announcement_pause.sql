create or replace function private.announcement_pause(kind text)
returns interval
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return case announcement_pause.kind when 'job' then interval '0.5 s' else interval '1 s' end;
end;
$$;

comment on function private.announcement_pause(text) is
  'The least time between two announcements on one topic of this kind.';
