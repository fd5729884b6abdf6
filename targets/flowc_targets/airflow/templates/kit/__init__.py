"""What the DAGs of this project need beyond Airflow's own means."""
