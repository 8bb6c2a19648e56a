"""Python source as text: look at it, cut programs out of it, compare it. Nothing here runs it.

look        tree-sitter: what does this raw file hold, is it Python 2, where are calls made
module      ast and symtable: is it valid, what does each top-level statement bind and use
cut         libcst: the text of one function with all that it needs, comments kept
form        normal form, content hash, constructs
docstring   the description in a docstring, without examples and tables
types       the parameters of a function and what is said about their types
"""

from __future__ import annotations

from pyx.source.form import normal_form as normal_form
