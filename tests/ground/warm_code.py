"""All the code that a process of the site reads before it does anything; imported once, by the process that others are forked from."""

import flask.cli
import gunicorn.app.wsgiapp
import gunicorn.workers.gthread

import eventapp.cli
import eventapp.serve
import eventapp.wiring
from eventapp.pinyin import load_dictionary

__all__ = ["eventapp", "flask", "gunicorn"]

load_dictionary()
