-- The ledger: which migrations were applied.
create table duet_migration (
    version    text        not null primary key,
    name       text        not null,
    checksum   text        not null, -- of the tokens of its script
    position   integer     not null, -- in the order of application, from 1
    applied_at timestamptz not null default pg_catalog.clock_timestamp(),
    duration   bigint      not null default 0, -- microseconds
    statements integer     not null default 0, -- done
    attempted  integer     not null default 0, -- begun; more than done: in doubt
    state      text        not null check (state in ('applied', 'stamped', 'running', 'reverting')),
    duet       text        not null, -- the version that wrote this
    script     text -- its statements, unless they are too long
)
