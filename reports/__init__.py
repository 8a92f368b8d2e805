"""How findings are told: a report in, text out.

``terminal``, ``machine`` (JSON), ``junit``, ``summary`` (Markdown) and ``findings_csv`` each tell a whole report
through ``render``; ``tables`` tells its statistics; ``write`` is the one place that writes files. What comes from
file names and metadata is data: each module escapes it for its medium.
"""
