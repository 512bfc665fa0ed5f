"""From documents to proposals, and what a person or the decisive rule makes of them. A person may also code by hand."""
