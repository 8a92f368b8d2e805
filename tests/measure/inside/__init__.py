"""How masks fit the edges of their CT."""
