"""What a map paints: the rows of a region on a day, the counts of groups, what changed between two days, and the pictures of these.

The one place where it is worked out, for reports, exports, pages and the command line. A module answers one kind of question: `rows`
what stands where, `changes` what moved, `pictures` draws. It reads through `tracker.history` and writes nothing.
"""
