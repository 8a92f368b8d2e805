"""The audit inside pytest: options, and items that are collected."""
