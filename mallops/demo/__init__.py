"""The demo: two invented malls as data files, loaded into an empty database."""
