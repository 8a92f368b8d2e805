"""The parts of ``report.html``: data from Python, and the template, styles and scripts that display them."""
