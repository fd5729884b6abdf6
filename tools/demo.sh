# Compile the first example to Airflow and run it here, on a copy in build/demo. `make demo` calls this.
set -eu
PATH="$PWD/.venv/bin:$PATH"
rm -rf build/demo
mkdir -p build
cp -R examples/01_tiny_etl build/demo
cd build/demo

show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

show cat orders_etl.flow
show python prepare.py
show flowc check orders_etl.flow
show flowc build orders_etl.flow --target airflow -o out/
show cat out/dags/orders_etl.py
show flowc run orders_etl.flow --at 2024-03-01T06:00 --param region=eu
printf '\nThe Airflow project is in build/demo/out, what ran natively in build/demo/build and build/demo/warehouse.duckdb.\n'
