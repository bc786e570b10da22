-- The ledger: which migrations were applied.
create table duet_migration (
    version    text        not null primary key,
    name       text        not null,
    checksum   text        not null,
    position   integer     not null unique,
    applied_at timestamptz not null default pg_catalog.clock_timestamp(),
    duration   integer     not null default 0, -- milliseconds
    statements integer     not null default 0, -- done
    state      text        not null check (state in ('applied', 'stamped', 'running')),
    duet       text        not null
)
