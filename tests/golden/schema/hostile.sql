create table "a ""b"" <&> größe \ % ~ }
" (
    "user id" integer primary key,
    "1st" integer,
    "</td>&""" text,
    "a
b[31m" text,
    "漢字" integer,
    "é" integer
);
create table "direction LR" (
    "UK" integer,
    "--" integer references "a ""b"" <&> größe \ % ~ }
" ("user id")
);
create view v as select 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    11, 12, 13, 14, 15, 16, 17, 18;
