"""A built edition in other forms: each is made of the published pages, so nothing is executed or compiled again."""
