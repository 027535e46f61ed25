"""From an edition to a published book: resolve, validate, freeze, execute, stage, compile, publish.

Nothing here knows what the book is about.
"""
