"""The words in which a handler says that it could not do its work.

Exception
 └─ Fault
     ├─ Superseded   its source changed or went while it worked: look again, nothing is counted
     ├─ Rejected     the object's own fault: parked with a reason people understand
     ├─ Outage       a server is away: wait and come back, for ever
     └─ ClaimLost    the lease ran out and another worker may have the delivery: one more look

Anything else a handler raises is a bug of ours: tried five times, then parked with its traceback.
"""


class Fault(Exception):
    """A failure that means something for the delivery; logged without a traceback."""


class Superseded(Fault):
    """The source or the record changed under the work; the delivery is due again."""


class Rejected(Fault):
    """The object can't be used, and trying again would not help.

    `code` is stable and kebab-case (docs/errors.md lists them); `reason` is a sentence for the
    person who sent the photo.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Outage(Fault):
    """MinIO or Mongo can't be used right now: away, full, slow or refusing our credentials."""


class ClaimLost(Fault):
    """This worker no longer owns the delivery and must not write for it."""
