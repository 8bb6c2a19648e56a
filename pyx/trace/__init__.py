"""Executions as data: recorded losslessly, proven by replay, read as steps.

statements  numbers the statements of a program, so that each executed one is one event
heap        what objects look like, and what changed in them
recorder    runs a call and records it
events      the schema and its JSON
replay      an independent reader that must arrive at the live state
steps       the derived view that formats, narration and verification read
"""
