"""`colecionador rm`: take a photo away."""

import click

from colecionador.find import find_exactly
from colecionador.operator import Operator, with_operator
from colecionador.shown import say


@click.command()
@click.argument("photo")
@with_operator
def rm(operator: Operator, photo: str) -> None:
    """Delete the upload of PHOTO, its whole id or key; the functions take the rest away."""
    found = find_exactly(operator, photo)
    if found is None:
        raise click.ClickException(
            f"{photo!r} is not the whole id or key of a photo; `colecionador timeline` shows it."
        )
    if found.key is None:
        raise click.ClickException(f"{photo} was removed before.")
    operator.storage.remove("uploads", found.key)
    say(f"deleted uploads/{found.key}")
