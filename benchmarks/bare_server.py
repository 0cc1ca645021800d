"""gunicorn's settings for the empty application: those of a function that are not its own."""

import os

bind = f"{os.environ['HOST']}:{os.environ['PORT']}"
workers = 1
worker_class = "gthread"
threads = 8
errorlog = "-"
loglevel = "warning"
