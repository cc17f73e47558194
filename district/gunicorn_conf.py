"""gunicorn's settings: threads, no shared control socket, requests recycled with some jitter."""

import os

bind = os.environ.get("LOA_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("LOA_WEB_WORKERS", "2"))
threads = int(os.environ.get("LOA_WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
control_socket_disable = True
