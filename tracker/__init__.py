"""The tracker: what is known of the law, since when, and how."""
