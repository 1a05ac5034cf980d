-- Two agencies that know nothing of each other, so that a first look is not empty. Development only.
-- login: olivia@northwind.test backline-demo owner of Northwind Growth
-- login: marco@northwind.test backline-demo manager of Northwind Growth
-- login: sana@northwind.test backline-demo sales of Northwind Growth, sees the leads assigned to her
-- login: clara@northwind.test backline-demo client of Northwind Growth, sees the campaigns of Harbor Coffee
-- login: bruno@bluebird.test backline-demo owner of Bluebird Media

create function pg_temp.sign_up(email text, full_name text, agency_name text default null, invitation_token text default null)
returns uuid
language plpgsql
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into auth.users (
    instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
    raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
    confirmation_token, recovery_token, email_change, email_change_token_new
  )
  values (
    '00000000-0000-0000-0000-000000000000', v_id, 'authenticated', 'authenticated', sign_up.email,
    extensions.crypt('backline-demo', extensions.gen_salt('bf')), now(),
    '{"provider": "email", "providers": ["email"]}',
    jsonb_strip_nulls(jsonb_build_object(
      'full_name', sign_up.full_name, 'agency_name', sign_up.agency_name,
      'invitation_token', sign_up.invitation_token)),
    now(), now(), '', '', '', ''
  );
  insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
  values (gen_random_uuid(), v_id, v_id::text, 'email',
    jsonb_build_object('sub', v_id, 'email', sign_up.email, 'email_verified', true), now(), now(), now());
  return v_id;
end;
$$;

-- The calls below are those a signed-in user makes.
create function pg_temp.act_as(user_id uuid)
returns void
language sql
as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', user_id, 'role', 'authenticated')::text, false)
$$;

-- `count` leads with names, jobs and stages that differ, always the same ones.
create function pg_temp.leads(count integer, domain text)
returns jsonb
language sql
as $$
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'first_name', f.first_name,
    'last_name', l.last_name,
    'email', lower(f.first_name || '.' || l.last_name || '.' || n || '@' || leads.domain),
    'phone', case when n % 3 = 0 then '+1 555 01' || lpad((n * 37 % 10000)::text, 4, '0') end,
    'company', (array['Alder Studio', 'Birch & Sons', 'Cobalt Labs', 'Dune Travel', 'Ember Foods'])[1 + n * 7 % 5],
    'title', (array['CEO', 'Head of Marketing', 'Founder', 'Sales Manager', 'Assistant', 'VP Growth', 'Designer'])[1 + n * 11 % 7],
    'city', (array['Lisbon', 'Austin', 'Berlin', 'Toronto'])[1 + n % 4],
    'country', (array['Portugal', 'United States', 'Germany', 'Canada'])[1 + n % 4],
    'industry', (array['Design', 'Retail', 'Software', 'Travel', 'Food'])[1 + n * 7 % 5],
    'status', (array['new', 'new', 'contacted', 'contacted', 'responded', 'qualified', 'converted', 'rejected'])[1 + n * 5 % 8],
    'priority', (array['low', 'medium', 'medium', 'high', 'urgent'])[1 + n * 3 % 5],
    'tags', to_jsonb(array[(array['newsletter', 'event', 'referral'])[1 + n % 3]]),
    'custom_fields', jsonb_build_object('source', (array['web', 'fair', 'partner'])[1 + n * 2 % 3])
  )))
    from generate_series(1, leads.count) as n
   cross join lateral (select (array['Ada', 'Ben', 'Chloe', 'Diego', 'Elif', 'Femi', 'Grace', 'Hugo', 'Ines'])[1 + n % 9]) as f (first_name)
   cross join lateral (select (array['Novak', 'Okafor', 'Silva', 'Tanaka', 'Weber', 'Young', 'Zhang'])[1 + n * 2 % 7]) as l (last_name)
$$;

do $$
declare
  v_olivia uuid := pg_temp.sign_up('olivia@northwind.test', 'Olivia Hart', 'Northwind Growth');
  v_bruno uuid := pg_temp.sign_up('bruno@bluebird.test', 'Bruno Keller', 'Bluebird Media');
  v_northwind uuid := (select a.id from public.agencies as a where a.slug = 'northwind-growth');
  v_client uuid;
  v_campaign uuid;
  v_invitation jsonb;
begin
  perform pg_temp.act_as(v_olivia);
  insert into public.clients (agency_id, name, website, industry)
  values (v_northwind, 'Harbor Coffee', 'https://harbor-coffee.example', 'Food')
  returning id into v_client;

  v_invitation := public.invite_member(v_northwind, 'marco@northwind.test', '{manager}');
  perform pg_temp.sign_up('marco@northwind.test', 'Marco Rossi', null, v_invitation ->> 'token');
  v_invitation := public.invite_member(v_northwind, 'sana@northwind.test', '{sales}');
  perform pg_temp.sign_up('sana@northwind.test', 'Sana Iqbal', null, v_invitation ->> 'token');
  v_invitation := public.invite_member(v_northwind, 'clara@northwind.test', '{client}', v_client);
  perform pg_temp.sign_up('clara@northwind.test', 'Clara Mendes', null, v_invitation ->> 'token');

  v_campaign := (public.create_campaign('Cafés of Lisbon', jsonb_build_object(
    'client_id', v_client, 'budget_cents', 250000, 'currency', 'EUR', 'target_leads', 100,
    'tags', array['food', 'local']))).id;
  perform public.set_campaign_status(v_campaign, 'active');
  perform public.import_leads(v_campaign, pg_temp.leads(40, 'cafes.example'));
  perform public.auto_assign_leads(v_campaign, capacity => 10);

  v_campaign := (public.create_campaign('Founders in software', '{"budget_cents": 900000, "target_leads": 60}')).id;
  perform public.set_campaign_status(v_campaign, 'active');
  perform public.import_leads(v_campaign, pg_temp.leads(25, 'founders.example'));
  perform public.create_campaign('Autumn newsletter');

  -- Something has happened since: answers, meetings, judgements.
  perform public.record_lead_activity(l.id, a.type, now() - a.ago)
     from public.leads as l
    cross join (values ('replied', interval '6 days'), ('meeting', interval '2 days')) as a (type, ago)
    where l.agency_id = v_northwind and l.status in ('responded', 'qualified', 'converted');
  perform public.qualify_lead(l.id, 4 + (row_number() over (order by l.id) % 2)::integer, '{"budget": true}')
     from public.leads as l
    where l.agency_id = v_northwind and l.status = 'qualified';

  perform pg_temp.act_as(v_bruno);
  v_campaign := (public.create_campaign('Podcast guests', '{"target_leads": 20}')).id;
  perform public.set_campaign_status(v_campaign, 'active');
  perform public.import_leads(v_campaign, pg_temp.leads(15, 'podcasts.example'));
  perform set_config('request.jwt.claims', '', false);
end;
$$;

select private.fold();
drop function pg_temp.sign_up(text, text, text, text), pg_temp.act_as(uuid), pg_temp.leads(integer, text);
