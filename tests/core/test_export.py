"""Exports: no cell becomes a formula, numbers stay numbers, long tables are streamed."""

import csv
import io
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.core.export import csv_bytes, csv_response, guard_cell, safe_filename


def table(header, rows):
    return b"".join(csv_bytes(header, rows))


def read_back(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+62811",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "\t",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
        "﹦1",
        "  =1+1",
        "\u00a0=1+1",
        "\u200b=1+1",
        "\ufeff@A1",
        "\x00=1",
        "-",
    ],
)
def test_what_could_be_a_formula_is_guarded(value):
    assert guard_cell(value) == "'" + value


@pytest.mark.parametrize("value", ["", " ", "Siti", "a=b", "3-4", "1", "'=1", "–", "ibu@x.example"])
def test_plain_text_stays_as_it_is(value):
    assert guard_cell(value) == value


@given(st.text(max_size=30))
def test_no_guarded_text_starts_a_formula(value):
    guarded = guard_cell(value)

    assert guarded in (value, "'" + value)
    assert guard_cell(guarded) == guarded
    assert unicodedata.normalize("NFKC", guarded.strip())[:1] not in {"=", "+", "-", "@"}


def test_the_form_of_the_file():
    assert table(["Nama", "JP"], [["Siti", 2]]) == b"\xef\xbb\xbfNama;JP\r\nSiti;2\r\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-5, "-5"),
        (0.1, "0,1"),
        (-2.5, "-2,5"),
        (1e-7, "0,0000001"),
        (1e22, "10000000000000000000000"),
        (Decimal("12.50"), "12,50"),
        (Decimal("1E+3"), "1000"),
        (float("nan"), ""),
        (float("-inf"), ""),
        (Decimal("NaN"), ""),
        (None, ""),
        (date(2026, 11, 24), "2026-11-24"),
        ("-5", "'-5"),
    ],
)
def test_cells(value, cell):
    assert read_back(table(["x", "y"], [[value, "z"]]))[1] == [cell, "z"]


def test_headers_are_guarded_too():
    assert read_back(table(["=1"], []))[0] == ["'=1"]


def test_truth_values_need_words():
    with pytest.raises(TypeError, match="words"):
        table(["x"], [[True]])


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_every_text_comes_back_as_one_cell(rows):
    cells = read_back(table(["a", "b"], rows))[1:]

    assert cells == [[guard_cell(value) for value in row] for row in rows]


def test_half_a_surrogate_pair_does_not_end_the_download():
    assert table(["x"], [["a\ud800b"], ["c"]]).endswith(b"a?b\r\nc\r\n")


def test_a_long_table_comes_in_pieces_while_it_is_read():
    read = []

    def rows():
        for number in range(20_000):
            read.append(number)
            yield [number, "Kelurahan"]

    pieces = csv_bytes(["No", "Unit"], rows())
    next(pieces)

    assert len(read) < 5_000
    assert sum(piece.count(b"\r\n") for piece in pieces) > 15_000
    assert len(read) == 20_000


def test_the_answer_is_a_streamed_attachment():
    app = Flask(__name__)
    with app.test_request_context():
        response = csv_response("Tim É/../2026.csv", ["Nama"], [["=1"]])

        assert response.is_streamed
        assert response.content_type == "text/csv; charset=utf-8"
        assert response.headers["Content-Disposition"] == "attachment; filename=Tim-E-..-2026.csv"
        assert response.get_data() == b"\xef\xbb\xbfNama\r\n'=1\r\n"


@pytest.mark.parametrize(
    ("asked", "given_name"),
    [
        ("tim.csv", "tim.csv"),
        ("tim", "tim.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a"; filename=b.exe', "a-filename-b.exe.csv"),
        ("a\r\nSet-Cookie: x", "a-Set-Cookie-x.csv"),
        ("日本", "data.csv"),
        (".csv", "data.csv"),
    ],
)
def test_file_names_are_plain(asked, given_name):
    assert safe_filename(asked) == given_name


@given(st.text(max_size=200))
def test_every_file_name_is_short_ascii(asked):
    name = safe_filename(asked)

    assert name.isascii()
    assert len(name) <= 84
    assert not set(name) & set('/\\";\r\n')
