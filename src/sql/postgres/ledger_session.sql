-- Who writes the ledger is who connected, whatever a script has set.
reset session authorization;
reset role
