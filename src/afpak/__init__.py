"""A policy paper rebuilt from data: tables, analysis, audit, figures and the build of the book."""
