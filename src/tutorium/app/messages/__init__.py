"""The conversation of a session as rows: what a page shows at once, before it follows the live stream."""
