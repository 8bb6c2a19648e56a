"""One file a command of the `pyx` program; heavy imports stand inside the functions."""
