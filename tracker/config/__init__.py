"""Settings and the list of sources: files a person edits, read with file, line and key in every complaint."""
