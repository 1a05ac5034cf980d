create or replace function private.may_hear(topic text)
returns boolean
language plpgsql
stable
security definer -- looks for what the topic names among rows that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_parts text[] := regexp_match(may_hear.topic,
    '^(agency|campaign|job|user):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(:jobs)?$');
  v_id uuid := v_parts[2]::uuid; -- of the form that was matched, so that the cast never fails
begin
  case v_parts[1] || coalesce(v_parts[3], '')
    when 'user' then
      return coalesce(v_id = private.uid(), false);
    when 'agency' then
      return v_id = any (private.my_agencies());
    when 'agency:jobs' then
      return private.can(v_id, 'jobs.read');
    when 'job' then
      return exists (
        select from public.scraping_jobs as j
         where j.agency_id = any (private.agencies_with('jobs.read')) and j.id = v_id
      );
    when 'campaign' then
      -- Figures take the right to the campaign and the right to figures.
      return exists (
        select from public.campaigns as c
         where c.agency_id = any (private.my_agencies()) and c.id = v_id and c.deleted_at is null
           and (
             (private.can(c.agency_id, 'campaigns.read') and private.can(c.agency_id, 'analytics.read'))
             or (c.client_id = any (private.own_clients('campaigns.read_client'))
               and c.client_id = any (private.own_clients('analytics.read_client')))
           )
      );
    else
      return false;
  end case;
end;
$$;

comment on function private.may_hear(text) is
  'Whether the caller may join a private channel: user:<id> oneself, agency:<id> its members, agency:<id>:jobs and job:<id> with jobs.read, campaign:<id> with the right to the campaign and to its figures. False for any other topic.';
grant execute on function private.may_hear(text) to authenticated;
