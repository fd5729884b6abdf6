-- What the flows expect of the warehouse, be it PostgreSQL or Snowflake.
CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS mart;
CREATE TABLE IF NOT EXISTS raw.orders (
    loaded_at TIMESTAMP WITH TIME ZONE, run_id VARCHAR(40), id INT, customer_id INT, amount DECIMAL(12, 2),
    email VARCHAR(200), status VARCHAR(10), lines VARCHAR(2000)
);
CREATE TABLE IF NOT EXISTS raw.customers (loaded_at TIMESTAMP WITH TIME ZONE, id INT, name VARCHAR(200));
CREATE TABLE IF NOT EXISTS raw.payments (
    loaded_at TIMESTAMP WITH TIME ZONE, id INT, order_id INT, amount DECIMAL(12, 2)
);
CREATE TABLE IF NOT EXISTS mart.orders (id INT, customer_id INT, day DATE, amount DECIMAL(12, 2), paid DECIMAL(12, 2));
