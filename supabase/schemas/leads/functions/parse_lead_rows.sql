create or replace function private.parse_lead_rows(rows jsonb)
returns table (n integer, attributes private.lead_attributes, errors jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  -- Nearly every row is fine. A handful of operations on the whole of it see that; field by field, which
  -- takes ten times as long, goes only through the others, to say what is wrong with them.
  return query
    with shaped as materialized (
      select r.n, r.document,
             jsonb_typeof(r.document) = 'object'
             and r.document - '{first_name,last_name,email,phone,company,title,website,linkedin_url,city,country,industry,status,priority,qualification_notes,contact,company_data,source_data,custom_fields,tags,last_contacted_at,responded_at,qualified_at,converted_at}'::text[] = '{}'
             and not (r.document - '{contact,company_data,source_data,custom_fields,tags}'::text[])
               @? 'strict $.* ? ((@ starts with "") is unknown && @ != null && @.type() != "number")'
             and (jsonb_typeof(r.document -> 'contact') = 'object'
               and pg_column_size(r.document -> 'contact') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'company_data') = 'object'
               and pg_column_size(r.document -> 'company_data') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'source_data') = 'object'
               and pg_column_size(r.document -> 'source_data') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'custom_fields') = 'object'
               and pg_column_size(r.document -> 'custom_fields') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'tags') = 'array'
               and pg_column_size(r.document -> 'tags') <= 8192
               and not r.document -> 'tags' @? 'strict $[*] ? (@.type() != "string")') is not false
               as fits
        from jsonb_array_elements(parse_lead_rows.rows) with ordinality as r (document, n)
    ), typed as materialized (
      select s.n, s.document, t.*,
             s.fits
             and (greatest(char_length(t.first_name), char_length(t.last_name), char_length(t.email),
               char_length(t.phone), char_length(t.company), char_length(t.title),
               char_length(t.website), char_length(t.linkedin_url), char_length(t.city),
               char_length(t.country), char_length(t.industry), char_length(t.status),
               char_length(t.priority), char_length(t.last_contacted_at), char_length(t.responded_at),
               char_length(t.qualified_at), char_length(t.converted_at)) <= 500) is not false
             and (char_length(t.qualification_notes) <= 10000) is not false
             and (cardinality(t.tags) <= 50) is not false
             and (trim(t.email) ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') is not false
             and pg_input_is_valid(t.status, 'public.lead_status') is not false
             and pg_input_is_valid(t.priority, 'public.lead_priority') is not false
             and (t.last_contacted_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.last_contacted_at, 'timestamptz')) is not false
             and (t.responded_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.responded_at, 'timestamptz')) is not false
             and (t.qualified_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.qualified_at, 'timestamptz')) is not false
             and (t.converted_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.converted_at, 'timestamptz')) is not false
               as fine
        from shaped as s
       cross join lateral jsonb_to_record(case when s.fits then s.document else '{}' end) as t (
         first_name text, last_name text, email text, phone text, company text, title text,
         website text, linkedin_url text, city text, country text, industry text, status text,
         priority text, qualification_notes text, contact jsonb, company_data jsonb,
         source_data jsonb, custom_fields jsonb, tags text[], last_contacted_at text,
         responded_at text, qualified_at text, converted_at text
       )
    ), fields as materialized (
      select a.attname::text as field,
             format_type(a.atttypid, null) as type,
             case
               when a.atttypid = 'jsonb'::regtype then 'object'
               when a.atttypid = 'text[]'::regtype then 'array'
               else 'string'
             end as shape,
             case a.attname when 'qualification_notes' then 10000 else 500 end as max_length,
             (select 'must be one of ' || string_agg(e.enumlabel, ', ' order by e.enumsortorder)
                from pg_catalog.pg_enum as e where e.enumtypid = a.atttypid) as choice
        from pg_catalog.pg_attribute as a
       where a.attrelid = 'private.lead_attributes'::regclass and a.attnum > 0
    ), checked as (
      select r.n, e.key as field, v.clean,
             case
               when jsonb_typeof(r.document) <> 'object' then 'is not a JSON object'
               when e.key is null then null
               when f.field is null then 'is not a field of a lead'
               when jsonb_typeof(v.clean) = 'null' then null
               when f.shape = 'string' and jsonb_typeof(v.clean) not in ('string', 'number')
                 then 'must be a string'
               when f.shape = 'object' and jsonb_typeof(v.clean) <> 'object' then 'must be a JSON object'
               when f.shape = 'object' and pg_column_size(v.clean) > 65536 then 'is larger than 64 KB'
               when f.shape = 'array' and (
                 jsonb_typeof(v.clean) <> 'array' or v.clean @? 'strict $[*] ? (@.type() != "string")'
               ) then 'must be a list of strings'
               when f.shape = 'array' and jsonb_array_length(v.clean) > 50 then 'has more than 50 entries'
               when f.shape = 'array' and pg_column_size(v.clean) > 8192 then 'is larger than 8 KB'
               when f.choice is not null and not pg_input_is_valid(v.clean #>> '{}', f.type) then f.choice
               -- Words such as 'tomorrow' and 'infinity' are valid to Postgres and no moment to us.
               when f.type like 'timestamp%' and (v.clean #>> '{}' !~ '^\d{4}-\d\d-\d\d'
                 or not pg_input_is_valid(v.clean #>> '{}', f.type))
                 then 'is not a date and time'
               when char_length(v.clean #>> '{}') > f.max_length and f.shape = 'string'
                 then format('has more than %s characters', f.max_length)
               when f.field = 'email' and v.clean #>> '{}' !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'
                 then 'is not an e-mail address'
             end as reason
        from typed as r
        left join lateral jsonb_each(
          case jsonb_typeof(r.document) when 'object' then r.document end) as e on true
        left join fields as f on f.field = e.key
       cross join lateral (
         select case
           when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(nullif(trim(e.value #>> '{}'), '')), 'null')
           else e.value
         end
       ) as v (clean)
       where not r.fine
    )
    select t.n::integer,
           row(
             nullif(trim(t.first_name), ''), nullif(trim(t.last_name), ''), nullif(trim(t.email), ''),
             nullif(trim(t.phone), ''), nullif(trim(t.company), ''), nullif(trim(t.title), ''),
             nullif(trim(t.website), ''), nullif(trim(t.linkedin_url), ''), nullif(trim(t.city), ''),
             nullif(trim(t.country), ''), nullif(trim(t.industry), ''), t.status, t.priority,
             nullif(trim(t.qualification_notes), ''), t.contact, t.company_data, t.source_data,
             t.custom_fields, t.tags, t.last_contacted_at, t.responded_at, t.qualified_at,
             t.converted_at
           )::private.lead_attributes,
           null::jsonb
      from typed as t
     where t.fine
    union all
    select c.n::integer,
           jsonb_populate_record(
             null::private.lead_attributes,
             coalesce(jsonb_object_agg(c.field, c.clean)
               filter (where c.field is not null and c.reason is null), '{}')
           ),
           jsonb_agg(jsonb_build_object('row', c.n, 'field', c.field, 'reason', c.reason) order by c.field)
             filter (where c.reason is not null)
      from checked as c
     group by c.n;
end;
$$;

comment on function private.parse_lead_rows(jsonb) is
  'Turns documents into typed lead attributes, and says per row what is wrong: errors is null or a list of {row, field, reason}. Texts are trimmed, empty ones are null. The one place that judges what is said about a lead.';
