"""Review of findings: a page on this machine, the decisions of people, and what becomes of them."""
