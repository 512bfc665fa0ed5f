"""The SQL record: tables, connections, views. No rule of law lives here."""
