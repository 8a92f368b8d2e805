"""Turn reports into text.

``terminal``, ``machine`` (JSON), ``junit``, ``summary`` (Markdown) and ``findings_csv`` each render a whole report
with ``render``; ``tables`` renders its statistics; only ``write`` writes files. Text from file names and metadata is
data: each module escapes it for its format.
"""
