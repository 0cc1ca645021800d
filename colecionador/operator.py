"""The operator: a stack's folder turned into lines to its MinIO and its Mongo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import Concatenate, ParamSpec

import click
import requests
from pydantic import SecretStr
from pymongo.database import Database

from colecionador.shown import safe
from functions.handout.form import Signer
from functions.handout.handout import HandOut
from functions.runtime.collections import Collections
from functions.runtime.database import Document, connect
from functions.runtime.faults import Outage
from functions.runtime.inbox import Inbox
from functions.runtime.parked import Parked
from functions.runtime.settings import StackAccess
from functions.runtime.storage import Storage
from infra.environment import REGION
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wiring import DATABASE

NAME = "operator"
"""The operator's user in MinIO and in Mongo."""

Given = ParamSpec("Given")


class CannotWork(click.ClickException):
    """A server or the stack's folder is not there; said in one sentence, exit code 2."""

    exit_code = 2


@dataclass(frozen=True)
class Operator:
    """What a command works with; its rights are those of the wiring table's operator."""

    stack: Stack
    storage: Storage
    database: Database[Document]

    @property
    def collections(self) -> Collections:
        """The collections of the stack."""
        return Collections.of(self.database)

    def collection(self, collection: str) -> Document:
        """The collection with this id; raises click.ClickException when there is none."""
        found = self.collections.get(collection)
        if found is None:
            raise click.ClickException(f"There is no collection {collection!r}.")
        return found

    @property
    def signer(self) -> Signer:
        """Signs forms for storage as phones see it."""
        return Signer(self.stack.public_storage_url, NAME, _secret(self.stack), REGION)

    @property
    def handout(self) -> HandOut:
        """Hands out uploads."""
        return HandOut.of(self.database, self.signer)

    def inbox(self, function: str) -> Inbox:
        """A function's deliveries."""
        return Inbox.of(self.database, function)

    def parked(self, function: str | None = None) -> list[Parked]:
        """The parked deliveries of one function, or of each.

        Raises click.ClickException when there is no such function.
        """
        rows = [row for row in self.stack.rows if function in (None, row.function)]
        if not rows:
            known = ", ".join(row.function for row in self.stack.rows)
            raise click.ClickException(f"There is no function {function!r}, only {known}.")
        return [Parked.of(self.database, row.function, row.listens_to) for row in rows]


@contextmanager
def operator_of(folder: Path) -> Iterator[Operator]:
    """The operator of the stack in `folder`; raises CannotWork when none was started there."""
    try:
        stack = Stack.load(folder)
    except FileNotFoundError:
        raise CannotWork(
            f"No stack was started in {safe(str(folder))}: `make run` starts one, "
            "and --stack names another folder."
        ) from None
    except PermissionError as error:
        raise CannotWork(f"{safe(str(error.filename))} can't be read by this user.") from None
    except (KeyError, OSError, RuntimeError, TypeError, ValueError) as error:
        told = safe(f"What {folder} tells of its stack can't be read: {error}.")
        raise CannotWork(told) from None
    access = _access(stack)
    database = connect(access)
    with database.client:
        yield Operator(stack, Storage.connect(access), database)


def with_operator(command: Callable[Concatenate[Operator, Given], None]) -> Callable[Given, None]:
    """Gives a command the operator of `--stack`; an absent server becomes a sentence."""

    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        context = click.get_current_context()
        folder: Path = context.find_root().params["folder"]
        try:
            with operator_of(folder) as operator:
                command(operator, *args, **kwargs)
        except Outage as outage:
            raise CannotWork(
                f"A server of the stack in {folder} can't be used ({_short(outage)}). "
                "`make status` shows which; `make run` starts them."
            ) from outage
        except UnicodeEncodeError:
            raise click.UsageError("A name that was given is not text in UTF-8.") from None
        except requests.RequestException as error:
            address = error.request.url if error.request else "a server"
            raise CannotWork(f"{address} does not answer ({type(error).__name__}).") from error

    return update_wrapper(run, command)


def _access(stack: Stack) -> StackAccess:
    return StackAccess(
        storage_url=stack.storage_url,
        storage_user=NAME,
        storage_secret=SecretStr(_secret(stack)),
        storage_region=REGION,
        mongo_uri=SecretStr(stack.mongo_uri(NAME)),
        mongo_database=DATABASE,
    )


def _secret(stack: Stack) -> str:
    return stack.secrets[name_of(NAME, "storage_secret")]


def _short(outage: Outage) -> str:
    """An outage without the long list of addresses a driver tells."""
    return str(outage).partition("\n")[0][:120]
