-- The day's orders with what was paid for each; a day that is built again replaces itself.
DELETE FROM mart.orders WHERE day = #{day};
INSERT INTO mart.orders (id, customer_id, day, amount, paid)
SELECT o.id, o.customer_id, #{day}, o.amount, coalesce(sum(p.amount), 0)
FROM raw.orders AS o
LEFT JOIN raw.payments AS p ON p.order_id = o.id
WHERE CAST(o.loaded_at AS DATE) = #{day} AND o.status <> 'cancelled'
GROUP BY o.id, o.customer_id, o.amount;
