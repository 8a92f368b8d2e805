"""From files to records and tables: what is measured, scheduled, and kept between audits."""
