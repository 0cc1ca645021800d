"""Operating: deliveries, functions, and what people did."""
