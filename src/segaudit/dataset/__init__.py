"""From files to records and tables: measuring, scheduling, and storing between audits."""
