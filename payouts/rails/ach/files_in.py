"""What a bank says about NACHA files: its acknowledgement, and the file of what comes back.

NACHA leaves the acknowledgement to each bank; this reads our bank's, one fact to a line, each beginning with
what it is: FILE, STATUS, ENTRY.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from achkit.fields import AchError
from achkit.parse import parse

from payouts.rails.interface import BookedEntry, Message, PaymentStatus, UnreadableMessage

RETURN_CODES = {21, 31, 41, 51}
"""Transaction codes of credits that come back: checking, savings, general ledger, loan."""
_RETURN, _CHANGE = "99", "98"
_VERDICTS = {"ACCEPTED": "ACCP", "REJECTED": "RJCT"}


def recognises(raw: str) -> bool:
    return raw.startswith(("101", "ACKNOWLEDGEMENT"))


def read(raw: str, *, our_accounts: dict[str, str]) -> Message:
    """Raises UnreadableMessage."""
    try:
        if raw.startswith("101"):
            file = parse(raw)
            sender_id = "-".join(file[part] for part in ("origin_routing", "creation_date", "creation_time"))
            return Message("ach.return", sender_id + file["file_id_modifier"], list(_returns(file)))
        lines = [line.split() for line in raw.splitlines() if line.strip()]
        return Message("ach.ack", lines[0][1], list(_statuses(lines)))
    except (AchError, LookupError, ValueError, InvalidOperation) as error:
        raise UnreadableMessage(f"This is no ACH file that we read: {error}") from error


def _returns(file: dict) -> Iterator[BookedEntry | PaymentStatus]:
    for batch in file["batches"]:
        for entry in batch["entries"]:
            for addenda in entry["addenda"]:
                if addenda["type"] == _RETURN and entry["txn_code"] in RETURN_CODES:
                    yield BookedEntry(
                        side="credit",
                        amount=entry["amount_cents"],
                        currency="USD",
                        end_to_end_id=entry["id_number"],
                        bank_reference=entry["trace_number"],
                        returned=True,
                        code=addenda["info"][:3],
                    )
                elif (
                    addenda["type"] == _CHANGE
                ):  # it arrived; the receiving bank corrects what it was sent to
                    yield PaymentStatus("CHNG", entry["id_number"], code=addenda["info"][:3])
                else:
                    raise ValueError(f"an entry of code {entry['txn_code']} with addenda {addenda['type']}")


def _statuses(lines: list[list[str]]) -> Iterator[PaymentStatus]:
    file = dict(line[:2] for line in lines if len(line) > 1)["FILE"]
    file = "" if file == "NOTPROVIDED" else file
    told = False
    for word, *rest in lines:
        if word == "ENTRY":
            told = True
            _, reference, amount, verdict, *more = rest
            Decimal(amount)  # the line is read by its places: this one shows that they are right
            rejected = verdict == "REJECTED"
            yield PaymentStatus(
                _VERDICTS[verdict],
                "" if reference == "NOTPROVIDED" else reference,
                file,
                code=more[0] if rejected else "",
                text=" ".join(more[1:]) if rejected else "",
            )
    for word, *rest in lines:
        if word == "STATUS" and rest[0] == "RJCT" and not told:
            yield PaymentStatus("RJCT", "", file, code="".join(rest[1:2]), text=" ".join(rest[2:]))
