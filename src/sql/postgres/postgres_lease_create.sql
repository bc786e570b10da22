-- Where a pooler stands before the server: who migrates this schema, and how
-- long that holds unless it is renewed.
create table if not exists duet_lease (
    name       text        not null primary key,
    owner      text        not null,
    expires_at timestamptz not null
)
