"""The clock process: APScheduler calls the jobs; what is due, claimed and sent stands in the database."""
