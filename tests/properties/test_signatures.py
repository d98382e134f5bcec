"""Whatever is changed in what was signed, or written in its place, is refused, and by a code."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signed_house import BODY, House, a_signed_house, message, signed, with_header
from tocsin_schemas.signing import SIGNATURE_HEADER


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> House:
    return a_signed_house(tmp_path_factory.mktemp("shared"))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_of_one_octet_in_what_is_signed_or_in_the_signature_is_refused(
    shared: House, data: st.DataObject
) -> None:
    good = signed()
    index = data.draw(st.integers(-1, len(good.headers) - 1))
    old = (good.value or b"") if index < 0 else good.headers[index][1]
    at, octet = data.draw(st.integers(0, len(old) - 1)), data.draw(st.integers(0, 255))
    new = old[:at] + bytes([octet]) + old[at + 1 :]
    if new == old:
        return
    if index < 0:
        altered = replace(good, value=new)
    else:
        altered = replace(
            good, headers=(*good.headers[:index], (good.headers[index][0], new), *good.headers[index + 1 :])
        )
    assert shared.code(altered) != ""


def test_every_single_octet_of_the_signature_counts(shared: House) -> None:
    good = signed()
    token = good.headers[-1][1]
    for at, old in enumerate(token):
        for new in {old ^ 1, old ^ 2, ord("A"), ord("_"), ord("="), 0xFF} - {old}:
            altered = token[:at] + bytes([new]) + token[at + 1 :]
            assert shared.code(with_header(good, SIGNATURE_HEADER, altered)) != "", at


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=8) | st.sampled_from(["ce_id", "CE_ID", "content-type"]), st.binary(max_size=8))
    ),
    st.binary(max_size=600),
)
def test_no_headers_and_no_signature_whatever_raise_anything_but_a_refusal(
    shared: House, headers: list[tuple[str, bytes]], token: bytes
) -> None:
    assert shared.code(message((*headers, (SIGNATURE_HEADER, token)), BODY)) != ""
