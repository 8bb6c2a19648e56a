"""Executable Python samples with traces and monologues in which every fact was observed."""

__version__ = "0.1.0"
