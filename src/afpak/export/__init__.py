"""What can be taken away from a published book: a course, an archive."""
