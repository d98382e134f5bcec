"""Administrators who decide on changes of the directory by page, and sign elsewhere."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI

from tocsin.runtime import clock
from tocsin.store.directory.keys import Signer
from web_client import ask


def words_to_sign(app: FastAPI, change: str, decision: str, key_id: str, at: str) -> bytes:
    answer = ask(app, f"{change}/words?{urlencode({'decision': decision, 'as': key_id, 'at': at})}")
    assert answer.status_code == 200
    return answer.content


def send(app: FastAPI, change: str, signer: Signer, asked: str = "approved", **over: str) -> Any:
    """As an administrator does: take the words, sign them elsewhere, bring the signature back."""
    at = (clock.now() - timedelta(seconds=1)).replace(microsecond=0).isoformat()
    signature = signer.sign(words_to_sign(app, change, asked, signer.key_id, at))
    fields = {"decision": asked, "key_id": signer.key_id, "at": at, "signature": signature.upper()}
    return ask(app, f"{change}/decision", "POST", data=fields | over)
