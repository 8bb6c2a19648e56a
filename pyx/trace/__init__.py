"""Executions as data: recorded losslessly, proven by replay, read as steps.

statements  numbers the statements of a program, so that each executed one is one event
names, heads, plans, touches    what each statement can bind and change, by its text
survey      what is known of a compiled program before it runs
known       the values of which the language says what their operations change
looks, openers      what objects look like
heap, changes, settling         what changed in them
module, frames, foresight, reporter     what a listener says of frames, turned into events
settrace, monitoring, headroom  the two ways of listening, and room for the listener
recorder    runs a call and records it
events      the schema and its JSON
replay, picture     an independent reader that must arrive at the live state
steps, texts        the derived view that formats, narration and verification read
lengths, margins    what formats share: budgets of tokens, comments at the ends of lines
expressions values of expressions of the program over a recorded state
"""
