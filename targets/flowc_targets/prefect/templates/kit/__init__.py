"""What the flows of this project need beyond Prefect's own means."""
