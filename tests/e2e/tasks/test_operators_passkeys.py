"""A passkey is registered by an invitation, and opens the console: with scripts alone, as no browser can otherwise."""

from operating import House
from tocsin.console.access.viewer import Role
from visitor import Visitor
from ways import NEEDS_CHROMIUM, WITH_SCRIPTS

pytestmark = [NEEDS_CHROMIUM, WITH_SCRIPTS]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_an_operator_registers_a_passkey_signs_in_with_it_and_out(visitor: Visitor, house: House) -> None:
    said = visitor.said
    visitor.tab.do("WebAuthn.enable")
    device = visitor.tab.do("WebAuthn.addVirtualAuthenticator", options=DEVICE)["authenticatorId"]
    visitor.open("/register")
    visitor.write(said("register.code"), house.invited("newcomer-1", Role.REVIEWER))
    visitor.push(said("register.go"))
    visitor.push(said("registering.make"))
    assert visitor.heading == said("registered.title")
    assert len(visitor.tab.do("WebAuthn.getCredentials", authenticatorId=device)["credentials"]) == 1
    visitor.open("/reviews")
    visitor.follow(said("door.passkey"))
    visitor.push(said("passkey.use"))
    visitor.arrives("/reviews")
    assert visitor.there_is("link", said("kind.possible_duplicate"))
    visitor.push(said("sign_out"))
    visitor.open("/reviews")
    assert visitor.heading == said("door.title")
