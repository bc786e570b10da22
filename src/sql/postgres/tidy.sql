-- What a server does by itself, unless it was told not to: rows that were
-- deleted take up no room any more.
vacuum
