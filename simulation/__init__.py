"""A year of coaching in simulated time: the real rules, jobs and database, and no person."""
