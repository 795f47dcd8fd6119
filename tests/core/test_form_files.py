"""A file under the name of a text field is nothing: forms take files where they ask for one."""

from __future__ import annotations

import io
from typing import Any

from factories import make_person


def test_a_file_in_place_of_a_text_is_a_missing_text(sign_in: Any) -> None:
    """It once reached the filters of the field as a file, which is no text (found by fuzzing)."""
    client = sign_in(make_person())
    file = (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "a.pdf")

    answer = client.post("/saya/tampilan", data={"theme": file}, content_type="multipart/form-data")

    assert answer.status_code == 422
