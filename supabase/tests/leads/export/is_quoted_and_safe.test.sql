begin;
select plan(17);

select is(private.csv_cell(v.value), v.cell, format('the cell of %L', v.value))
  from (values
    (null, ''), ('', ''), ('plain', 'plain'), ('two words', 'two words'), ('a,b', '"a,b"'), ('say "hi"', '"say ""hi"""'),
    (e'two\nlines', e'"two\nlines"'), (e'a\rb', e'"a\rb"'), ('=1+1', '''=1+1'), ('+49 30', '''+49 30'), ('-5', '''-5'),
    ('@SUM(A1)', '''@SUM(A1)'), (e'\tx', e'''\tx'), (e'\r=1', e'"''\r=1"'), ('=HYPERLINK("http://x","y")', '"''=HYPERLINK(""http://x"",""y"")"'),
    ('a=b', 'a=b'), ('ä', 'ä')
  ) as v (value, cell);

select * from finish();
rollback;
