"""How findings are told: findings in, text out."""
