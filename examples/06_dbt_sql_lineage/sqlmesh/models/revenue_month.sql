MODEL (
  name mart.revenue_month,
  kind VIEW,
  cron '@daily',
  grain (month, country)
);

SELECT
  date_trunc('month', day) AS month,
  country,
  sum(revenue) AS revenue,
  sum(orders) AS orders
FROM mart.revenue
GROUP BY 1, 2
