"""Event files of other people's making, brought to one table: a module per provider, one importer for all."""
