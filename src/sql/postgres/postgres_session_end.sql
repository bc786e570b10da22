-- Behind a pooler, within a transaction: what was set for the session is not
-- left to whoever gets it next.
reset session authorization;
reset role;
reset all
