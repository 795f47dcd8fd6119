"""The quick parts of the template engine say what Jinja's own parts say."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

HOSTILE = '<script>"&</script>'


def _render(app: Flask, source: str, **values: Any) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.from_string(source).render(**values)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (HOSTILE, "&lt;script&gt;&#34;&amp;&lt;/script&gt;"),
        (Markup("<b>a</b>"), "<b>a</b>"),
        (7, "7"),
        (True, "True"),
        (None, "None"),
        (["<"], "[&#39;&lt;&#39;]"),
    ],
)
def test_values_are_escaped_unless_they_are_html(app: Flask, value: Any, written: str) -> None:
    """The shortcut is one for what needs no escaping."""
    assert _render(app, "{{ value }}", value=value) == written


def test_what_is_put_into_a_sentence_is_escaped(app: Flask) -> None:
    """The sentence is ours and HTML, a name in it is neither."""
    source = (
        '{{ _("Draf %(name)s", name=value) }} {{ ngettext("%(num)d baris", "%(num)d baris", 2) }}'
    )

    written = _render(app, source, value=HOSTILE)

    assert written == "Draf &lt;script&gt;&#34;&amp;&lt;/script&gt; 2 baris"


def test_a_sentence_is_kept_for_its_language_alone(app: Flask) -> None:
    """Two languages within one request, as letters need them, and the sign of per cent."""
    with app.test_request_context("/"):
        sentence = app.jinja_env.from_string('{{ _("Masuk") }} {{ _("100%% selesai") }}')
        first = sentence.render()
        with force_locale("en"):
            english = sentence.render()
        again = sentence.render()

    assert first == again == "Masuk 100% selesai"
    assert english.startswith("Sign in")


def test_macros_and_blocks_see_their_own_variables(app: Flask) -> None:
    """Calls within a loop, with a caller, and with Jinja's own functions."""
    source = """
    {%- macro box(text) %}[{{ text }}{{ caller() if caller }}]{% endmacro -%}
    {% for n in range(2) %}{% set m = n + 1 %}{% call box(m) %}{{ m }}{{ _("Masuk") }}{% endcall %}
    {%- endfor %}{{ box("<") }}{{ dict(a=1)["a"] }}"""

    assert _render(app, source) == "[11Masuk][22Masuk][&lt;]1"


def test_an_icon_that_is_kept_never_vouches_for_a_text(app: Flask) -> None:
    """Once drawn with HTML as its label, a text of the same letters is escaped all the same."""
    source = '{% import "macros/parts.html" as parts %}{{ parts.icon("done", label) }}'
    html = _render(app, source, label=Markup("<i>x</i>"))
    text = _render(app, source, label="<i>x</i>")

    assert "<i>x</i>" in html
    assert "&lt;i&gt;x&lt;/i&gt;" in text
