"""Documents out: the only writers of files. Refuses to own a file that its manifest does not list."""
