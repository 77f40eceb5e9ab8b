"""The yardstick: the smallest Flask view there is, without extensions, database or template. It never changes."""

from flask import Flask, Response

app = Flask("bare")


@app.get("/")
def hello() -> Response:
    return Response("hello", mimetype="text/plain")
