-- Within a transaction: what change_mark will say after it commits, if nobody
-- else writes from here on: a connection's own commits do not count.
pragma data_version
