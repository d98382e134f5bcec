"""An address for answers names one delivery, survives capitals, and cannot be made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.identifiers import Identities
from tocsin.mailer.reply_addresses import bounce_of, delivery_of, reply_address, token_of

OURS, OTHERS = Identities(b"o" * 32), Identities(b"t" * 32)
ID = "0f" * 16
IDS = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(IDS)
def test_an_address_leads_back_to_its_delivery(delivery_id: str) -> None:
    reply = reply_address(OURS, "reply.tocsin.example", delivery_id)
    for address in (reply, bounce_of(reply)):
        assert address is not None
        assert len(address.partition("@")[0]) <= 64
        for written in (address, address.upper(), f"Tocsin <{address}>", f"x, <{address}>; y"):
            assert delivery_of(OURS, [written]) == delivery_id


def test_without_a_domain_there_is_no_address() -> None:
    assert reply_address(OURS, "", ID) is None
    assert [bounce_of(other) for other in (None, "", "reply+x@y.example", f"desk+{token_of(OURS, ID)}@y.example")] == [
        None
    ] * 4


@pytest.mark.parametrize("spoilt", range(33, 53))
def test_a_token_with_one_digit_changed_names_nothing(spoilt: int) -> None:
    token = token_of(OURS, ID)
    digit = "0" if token[spoilt] != "0" else "1"
    assert delivery_of(OURS, [token[:spoilt] + digit + token[spoilt + 1 :]]) is None


def test_a_token_of_another_deployment_or_another_delivery_names_nothing() -> None:
    assert delivery_of(OURS, [token_of(OTHERS, ID)]) is None
    assert delivery_of(OURS, ["0e" * 16 + token_of(OURS, ID)[32:]]) is None
    assert delivery_of(OURS, [token_of(OURS, ID) + "0"]) is None


def test_a_false_token_before_it_does_not_hide_a_good_one() -> None:
    assert delivery_of(OURS, [f"{token_of(OTHERS, ID)} {token_of(OURS, ID)}"]) == ID


@given(st.lists(st.text(max_size=200), max_size=3))
def test_no_text_whatever_names_a_delivery_by_chance(texts: list[str]) -> None:
    assert delivery_of(OURS, texts) is None
