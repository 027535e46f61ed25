"""Analysis: frames in, results out. Nothing here knows of notebooks, files or drawing."""
