"""The version of the names that others rely on: views and their columns, keys of JSON, names of files and commands.

Names may be added at any time, which raises the second number. One that is renamed or goes stays for one release as an alias, stands in
CHANGELOG and data dictionary, and raises the first.
"""

SCHEMA_VERSION = "1.0"
