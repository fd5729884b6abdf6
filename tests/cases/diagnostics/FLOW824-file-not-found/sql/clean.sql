DELETE FROM raw_orders
