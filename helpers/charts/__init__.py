"""A timeline goes in, a picture comes out. Nothing here imports the recorder or practice."""
