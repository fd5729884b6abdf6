-- raw.orders and raw.customers are external tables over the lake.
CREATE OR REPLACE TABLE mart.order_facts AS
SELECT o.id, o.customer_id, coalesce(c.segment, 'unknown') AS segment, o.amount
FROM raw.orders AS o
LEFT JOIN raw.customers AS c ON c.id = o.customer_id;
