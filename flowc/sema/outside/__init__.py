"""The world outside a `.flow` file, read and never run: Python modules, SQL and shell text, calendars, files, keys."""
