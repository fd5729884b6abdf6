select
    o.id as order_id,
    o.customer_id,
    cast(o.placed_at as date) as day,
    cast(o.amount as numeric(14, 2)) as amount
from {{ source('staging', 'orders') }} as o
inner join {{ ref('customers') }} as c on c.customer_id = o.customer_id
