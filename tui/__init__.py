"""The only room that imports textual."""
