"""The sub-commands of `tutorium`, a module each. They read options and print; what they do lives elsewhere."""
