"""A built edition in other forms to take away, made of what was published: nothing is executed or compiled again."""
