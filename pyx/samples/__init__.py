# SPDX-License-Identifier: CC0-1.0
"""Small functions to try pyx on: read as seeds, never called by pyx itself."""
