select
    id as customer_id,
    upper(country) as country
from {{ source('staging', 'customers_raw') }}
where id is not null
