"""The stack's first user, signed in at its api as a phone is."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import click

from colecionador.client import Client, ClientError, NoAnswer, NotSignedIn
from colecionador.operator import CannotWork
from infra.layout import Stack

_START: Final = "`make status` shows what runs; `make run` starts it."


@contextmanager
def signed_in(stack: Stack, parallel: int = 4) -> Iterator[Client]:
    """A client for the block, which sends so many photos at once; signed out at its end.

    Raises CannotWork when the api does not answer or knows no such user, and
    click.ClickException for what it refuses within the block.
    """
    name, password = stack.secrets["ADMIN_USER"], stack.secrets["ADMIN_PASSWORD"]
    try:
        with Client.sign_in(stack.url("api"), name, password, parallel) as client:
            try:
                yield client
            finally:
                # A token that is left over ends by itself.
                with suppress(ClientError):
                    client.sign_out()
    except NoAnswer as error:
        raise CannotWork(f"{error.detail} {_START}") from error
    except NotSignedIn as error:
        raise CannotWork(
            f"{name} can't sign in: ADMIN_PASSWORD in {stack.folder / 'secrets.env'} "
            "is not the password any more."
        ) from error
    except ClientError as error:
        raise click.ClickException(error.detail) from error
