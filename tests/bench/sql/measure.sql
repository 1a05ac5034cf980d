-- What the benchmarks need in their database, and nowhere else. Run by a superuser.

create schema bench;
grant usage on schema bench to public;

-- Times are taken inside the server, so that no round trip hides a difference. The statement is
-- prepared, as the Data API prepares its own, and stands for one argument of type text.
create function bench.measure(user_id uuid, statement text, arguments text[])
returns double precision[]
language plpgsql
as $$
#variable_conflict error
declare
  -- One for each side: a common one would be planned anew whenever the other had its turn.
  v_name text := 'bench_' || md5(concat(measure.user_id, measure.statement));
  v_argument text;
  v_begun timestamptz;
  v_times double precision[] := '{}';
begin
  if measure.user_id is null then
    perform set_config('role', 'postgres', true);
  else
    perform set_config('request.jwt.claims', jsonb_build_object(
        'sub', measure.user_id, 'role', 'authenticated', 'aud', 'authenticated')::text, true),
      set_config('request.headers', '{}', true),
      set_config('role', 'authenticated', true);
  end if;
  if not exists (select from pg_catalog.pg_prepared_statements as p where p.name = v_name) then
    execute format('prepare %I (text) as %s', v_name, measure.statement);
  end if;
  foreach v_argument in array measure.arguments loop
    v_begun := clock_timestamp();
    execute format('execute %I (%L)', v_name, v_argument);
    v_times := v_times || extract(epoch from clock_timestamp() - v_begun)::double precision * 1000;
  end loop;
  perform set_config('role', 'none', true);
  return v_times;
end;
$$;

create sequence bench.counter;
grant usage on sequence bench.counter to public;

-- Leads as an import of one platform's export has them.
create function bench.rows(first bigint, last bigint)
returns table (
  n bigint, first_name text, last_name text, email text, phone text, company text, title text,
  website text, linkedin_url text, city text, country text, industry text, tags text[],
  custom_fields jsonb, source_data jsonb
)
language sql
stable
as $$
  select n,
         (array['Anna','Ben','Carla','David','Elif','Finn','Greta','Hugo','Ines','Jonas'])[1 + n % 10],
         initcap(translate(substr(md5((n % 2000)::text), 1, 8), '0123456789', 'ghijklmnop')),
         'lead' || n || '@' || translate(substr(md5((n % 5000)::text), 1, 8), '0123456789', 'ghijklmnop') || '.test',
         '+49 30 ' || 1000000 + n,
         initcap(translate(substr(md5((n % 5000)::text), 1, 8), '0123456789', 'ghijklmnop')) || ' Ltd',
         (array['Chief Executive','Head of Marketing','Engineer','Sales Manager','Founder'])[1 + n % 5],
         'https://' || n % 5000 || '.example.test',
         'https://www.linkedin.com/in/lead-' || n,
         (array['Berlin','Hamburg','Paris','London','Madrid','Rome','Vienna','Oslo'])[1 + n % 8],
         (array['DE','DE','FR','GB','ES','IT','AT','NO'])[1 + n % 8],
         (array['Software','Retail','Music','Energy'])[1 + n % 4],
         array['spring', 'list-' || n % 20],
         jsonb_build_object('followers', n % 10000, 'segment', 'b' || n % 7),
         jsonb_build_object('list', 'export-12', 'row', n)
    from generate_series(rows.first, rows.last) as n
$$;
