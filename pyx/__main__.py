"""`python -m pyx` is `pyx`."""

from pyx.cli import main

main()
