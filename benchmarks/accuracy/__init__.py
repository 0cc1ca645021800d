"""How often the recipes are right: measured on folders of photos that never enter the product."""
