"""The headers that every mail of ours carries, beside those that the transport writes itself."""


def headers_of(root: str, mail_domain: str, unsubscribe: str | None = None) -> dict[str, str]:
    """For one mail of a thread.

    root: of the thread, a mail that never was, so that every recipient's first mail hangs from it as well.
    unsubscribe: where a digest is left with one request (RFC 8058). Never of a case: whatever scans mail may press it.
    """
    headers = {
        "References": root,
        "In-Reply-To": root,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": f"Tocsin alerts <alerts.{mail_domain}>",
    }
    if unsubscribe is None:
        return headers
    return headers | {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def root_of_case(case_id: str, mail_domain: str) -> str:
    """The Message-ID of the mail from which all mails of a case hang."""
    return f"<case.{case_id}@{mail_domain}>"
