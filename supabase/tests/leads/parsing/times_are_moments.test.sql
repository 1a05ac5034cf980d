begin;
select plan(9);

select is(r.errors is null, v.fine, format('%s', v.value))
  from (values
    ('2026-02-03T04:05:06Z', true), ('2026-02-03 04:05', true), ('2026-02-03', true), ('2026-02-03T04:05:06.789+02:00', true),
    ('infinity', false), ('-infinity', false), ('now', false), ('tomorrow', false), ('epoch', false)
  ) as v (value, fine), private.parse_lead_rows(jsonb_build_array(jsonb_build_object('responded_at', v.value))) as r;

select * from finish();
rollback;
