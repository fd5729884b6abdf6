-- The seven days that end with this one; a day that is run again replaces its own line only.
DELETE FROM mart.sales_7d WHERE day = #{day} AND region = #{region};
INSERT INTO mart.sales_7d (day, region, amount, sales)
SELECT #{day}, #{region}, sum(amount), count(*)
FROM mart.sales
WHERE region = #{region} AND day BETWEEN #{day - 6d} AND #{day};
