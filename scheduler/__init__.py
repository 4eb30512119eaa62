"""APScheduler: a table of jobs, one file each."""
