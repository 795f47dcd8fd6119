"""The template engine at the pace of a page: the same results as Jinja's own parts, sooner.

A page calls hundreds of functions and macros and translates dozens of sentences. Jinja asks anew at
each call how the function wants to be called, copies the whole context for each sentence in a
block with variables of its own, and looks the language up for each sentence. What is known once a
process, or once a language, is kept here instead.
"""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from flask import Flask, g
from flask_babel import Domain, get_babel, get_translations
from jinja2 import Template
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from markupsafe import Markup, escape

from lms.core.format import language

PLAIN = (FunctionType, MethodType)
SENTENCES = 4096  # more than all templates have, in both languages


class _Context(Context):
    """Calls macros and plain functions directly; everything else in Jinja's own way."""

    @internalcode
    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: B902, N805
        if type(__obj) is Macro:
            args = (__self.eval_ctx, *args)
        elif type(__obj) not in PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class _Code(CodeGenerator):
    """Writes `{{ value }}` so that what is HTML already is not wrapped once more."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


def _shown(value: Any) -> str:
    """The value as HTML: Markup as it is, whole numbers have nothing to escape, the rest has."""
    kind = type(value)
    if kind is Markup:
        return value
    return str(value) if kind is int else escape(value)


class _Template(Template):
    """Imported macros are made once: no template of ours has globals of its own."""

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return self._module or super()._get_default_module(ctx)


class _Words(Domain):
    """The catalogues by language, found without spelling out the locale each time."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain=domain)
        self._known: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """The translations of the request's language."""
        if not g:
            return super().get_translations()
        found = self._known.get(language())
        if found is None:
            found = self._known[language()] = super().get_translations()
        return found


def init_app(app: Flask) -> None:
    """Put the parts in; after Babel, whose functions they replace, and before any template."""
    environment = app.jinja_env
    environment.extend(shown=_shown)
    environment.code_generator_class = _Code
    environment.context_class = _Context
    environment.template_class = _Template
    words: dict[str, Any] = {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext}
    environment.globals.update(words)
    with app.app_context():
        babel = get_babel()
    babel.instance.domain_instance = _Words(babel.default_domain)


def _gettext(message: str, **variables: Any) -> Markup:
    """A sentence in the reader's language, as HTML; what is put into it is escaped."""
    if variables:
        return _pattern(language(), message) % variables
    return _sentence(language(), message)


def _ngettext(singular: str, plural: str, num: int, **variables: Any) -> Markup:
    """The same for a sentence that counts; the number is known in it as `num`."""
    said = get_translations().ungettext(singular, plural, num)
    return Markup(said) % {"num": num, **variables}  # noqa: S704 - from our catalogues


@lru_cache(SENTENCES)
def _pattern(_language: str, message: str) -> Markup:
    return Markup(get_translations().ugettext(message))  # noqa: S704 - from our catalogues


@lru_cache(SENTENCES)
def _sentence(spoken: str, message: str) -> Markup:
    """A sentence without variables is a pattern too: it writes %% for %."""
    return _pattern(spoken, message) % {}
