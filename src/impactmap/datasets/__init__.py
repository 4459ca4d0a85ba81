"""More than one machine: a table in partitions read, decided, counted and published by the engine that people run."""
