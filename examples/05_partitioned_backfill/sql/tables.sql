-- What the flow expects of the warehouse.
CREATE SCHEMA IF NOT EXISTS mart;
CREATE TABLE IF NOT EXISTS mart.sales (id BIGINT, shop TEXT, amount NUMBER(14, 2), day DATE, region TEXT);
CREATE TABLE IF NOT EXISTS mart.sales_7d (day DATE, region TEXT, amount NUMBER(16, 2), sales BIGINT);
