"""Where the files lie that commands hand to other programs."""

from pathlib import Path

GUNICORN_CONF = Path(__file__).with_name("gunicorn_conf.py")
