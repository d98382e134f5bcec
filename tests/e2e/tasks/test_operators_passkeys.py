"""A passkey is registered by an invitation, and opens the console: with scripts alone, as no browser can otherwise."""

from chromium import authenticator
from operating import House
from tocsin.console.access.viewer import Role
from visitor import Visitor
from ways import WITH_SCRIPTS

pytestmark = WITH_SCRIPTS


def test_an_operator_registers_a_passkey_signs_in_with_it_and_out(visitor: Visitor, house: House) -> None:
    said = visitor.said
    passkeys = authenticator(visitor.page)
    visitor.open("/register")
    visitor.write(said("register.code"), house.invited("newcomer-1", Role.REVIEWER))
    visitor.push(said("register.go"))
    visitor.push(said("registering.make"))
    assert visitor.heading == said("registered.title")
    assert len(passkeys()) == 1
    visitor.open("/reviews")
    visitor.follow(said("door.passkey"))
    visitor.press(said("passkey.use"))
    visitor.arrives("/reviews")
    assert visitor.there_is("link", said("kind.possible_duplicate"))
    visitor.push(said("sign_out"))
    visitor.open("/reviews")
    assert visitor.heading == said("door.title")
