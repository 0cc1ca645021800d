"""Carries out an import: gathers pictures, cleans them, sends what is missing, and reports."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from colecionador.client import Client, Sent
from colecionador.imports.already import ToSend, compared
from colecionador.imports.cleaning import clean
from colecionador.imports.download import RETRY, Downloads
from colecionador.imports.gathering import Gathered, Wishes, from_folder, from_list
from colecionador.imports.open_internet import session
from colecionador.imports.report import Report
from colecionador.operator import Operator
from colecionador.shown import say, with_bar
from functions.runtime.database import Document


@dataclass(frozen=True)
class Import:
    """What `client` brings into `collection`, and the `place` of the report.

    `source` is a folder of class folders, or a list whose `columns` name addresses and labels.
    """

    operator: Operator
    client: Client
    collection: Document
    source: Path
    columns: tuple[str, str]
    wishes: Wishes
    place: Path

    def carry_out(self) -> Sequence[Sent]:
        """Send the good pictures and report; those without photo failed.

        Raises click.ClickException when source or report can't be used, and Outage.
        """
        name = str(self.collection["_id"])
        gathered = self._gathered()
        cleaned = clean(gathered.looks, self.wishes.cap)
        plan = compared(self.operator.database["photos"], name, cleaned.good)
        left_out = [*gathered.left_out, *cleaned.left_out, *plan.left_out]
        total = len(gathered.looks) + len(gathered.left_out)
        told = Report(name, str(self.source), total, 0, plan.there, 0, left_out)
        # Before the sending too, which may be interrupted.
        self._write(told)
        sent = self._send(plan)
        stored = sum(bool(one.photo) for one in sent)
        told = replace(told, stored=stored, unsent=len(sent) - stored)
        self._write(told)
        told.show()
        if gathered.not_asked_for:
            say(f"{gathered.not_asked_for} of other labels than those asked for")
        return sent

    def _gathered(self) -> Gathered:
        source, wishes = self.source, self.wishes
        try:
            if source.is_dir():
                return from_folder(source, wishes)
            folder = source.with_name(f"{source.name}.photos")
            return from_list(source, self.columns, Downloads(folder, session(RETRY)), wishes)
        except ValueError as reason:
            raise click.ClickException(str(reason)) from reason
        except OSError as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}.") from error

    def _send(self, plan: ToSend) -> Sequence[Sent]:
        paths = [one.candidate.path for one in plan.to_send]
        labels = {one.candidate.path: one.candidate.label for one in plan.to_send}
        sending = self.client.uploads.send_all(self.collection["_id"], paths, labels=labels)
        return list(with_bar("sending", len(paths), sending))

    def _write(self, report: Report) -> None:
        try:
            report.write(self.place)
        except OSError as error:
            raise click.ClickException(f"The report {self.place}: {error.strerror}.") from error
