"""The agents' instructions, one Markdown file each."""
