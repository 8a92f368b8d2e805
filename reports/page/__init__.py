"""What ``report.html`` is made of: data gathered in Python, and the template, styles and scripts that show them."""
