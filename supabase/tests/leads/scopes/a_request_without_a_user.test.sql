-- Signed in it may be, but as nobody: told to sign in, not that nothing is there.
begin;
select plan(15);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.watch('acme');
select set_config('role', 'authenticated', true);

select throws_ok('select public.' || call, 'PT401', 'not_signed_in', split_part(call, '(', 1))
  from unnest(array[
    'get_lead(tests.id(''acme/lead@x.test''))', 'update_lead(tests.id(''acme/lead@x.test''), ''{"city": "x"}'')',
    'delete_lead(tests.id(''acme/lead@x.test''))', 'qualify_lead(tests.id(''acme/lead@x.test''), 4)',
    'assign_lead(tests.id(''acme/lead@x.test''), ''sales@acme.test'')', 'list_lead_activities(tests.id(''acme/lead@x.test''))',
    'get_campaign(tests.id(''acme/Launch''))', 'set_campaign_status(tests.id(''acme/Launch''), ''active'')',
    'import_leads(tests.id(''acme/Launch''), ''[{"email": "x@x.test"}]'')', 'get_campaign_performance(tests.id(''acme/Launch''))',
    'list_leads(tests.id(''acme''))', 'search_leads(''x'', tests.id(''acme''))', 'export_leads(tests.id(''acme''))',
    'bulk_delete_leads(array[tests.id(''acme/lead@x.test'')], tests.id(''acme''))'
  ]) as call;
select tests.is_untouched('acme');

select * from finish();
rollback;
