"""Inputs that are damaged at random, and what reads them."""
