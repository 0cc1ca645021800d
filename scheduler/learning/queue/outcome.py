"""How a training ended, as the child's story tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True)
class Outcome:
    """The state a training ends in, and why in the user's words.

    `decision` is the gate's, as JSON values; `labels_until` is set when labels that changed up to
    a later time than the training's start were learned; `digest` is the data set's.
    """

    state: Literal["published", "kept", "failed", "cancelled"]
    reason: str
    version: str | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)
    labels_until: datetime | None = None
    digest: str | None = None

    def told(self) -> dict[str, Any]:
        """What stands in the training's document beside state and reason."""
        fields = {"version": self.version, "labels_until": self.labels_until, "digest": self.digest}
        known: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
        return {**known, "decision": dict(self.decision)} if self.decision else known
