-- SQLite uses the room of deleted rows again at once.
pragma optimize
