"""FROZEN: the unit of `dev.py bench`. One ORM query by primary key, one template with a base."""

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy.orm import Mapped, mapped_column

HEAD = '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{% block title %}'
BASE = f"{HEAD}{{% endblock %}}</title></head><body><main>{{% block content %}}{{% endblock %}}"
PAGE = """{% extends "base.html" %}{% block title %}Catatan{% endblock %}
{% block content %}<h1>Catatan {{ note.id }}</h1><p>{{ note.text }}</p></main>{% endblock %}"""
db = SQLAlchemy()


class Note(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def make(url: str) -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.jinja_loader = DictLoader({"base.html": BASE, "n.html": PAGE})
    db.init_app(app)
    with app.app_context():
        db.create_all()
        db.session.merge(Note(id=1, text="Dengar dahulu sampai tuntas. " * 5))
        db.session.commit()
    app.add_url_rule("/", view_func=lambda: render_template("n.html", note=db.session.get(Note, 1)))
    return app
