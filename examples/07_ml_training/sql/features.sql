-- A row for each customer, with what was known a month before the label.
SELECT
    c.tenure_months,
    count(o.id) AS orders_90d,
    coalesce(sum(o.amount), 0) AS amount_90d,
    c.churned AS label
FROM mart.customers AS c
LEFT JOIN mart.orders AS o
    ON o.customer_id = c.id AND o.placed_on BETWEEN c.labelled_on - 120 AND c.labelled_on - 30
GROUP BY c.id, c.tenure_months, c.churned
ORDER BY c.id
