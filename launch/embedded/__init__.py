"""PostgreSQL and Redis out of Python wheels, for machines that have neither.

Not for production: with DATABASE_URL and REDIS_URL set, nothing in here is started.
"""
