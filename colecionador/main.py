"""`colecionador`: the command line of a stack's operator."""

from pathlib import Path

import click

from colecionador.activate import activate, unpin
from colecionador.collection import collection
from colecionador.compare import compare
from colecionador.dataset import dataset
from colecionador.doctor import doctor
from colecionador.export import export
from colecionador.import_ import import_
from colecionador.label import label, labels
from colecionador.models import models
from colecionador.parked import parked, replay
from colecionador.put import put
from colecionador.reconcile import reconcile
from colecionador.retrain import retrain
from colecionador.rm import rm
from colecionador.status import status
from colecionador.timeline import timeline
from colecionador.tune import tune
from infra.layout import CHECKOUT


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--stack",
    "folder",
    envvar="COLECIONADOR_STACK_DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=CHECKOUT / "data",
    show_default="data/ in the checkout",
    show_envvar=True,
    help="The stack's folder, which holds its addresses and credentials.",
)
def cli(folder: Path) -> None:
    """Send photos, look after deliveries, see what is wrong."""
    del folder  # The commands ask for it when they need the stack.


for command in (
    activate,
    collection,
    compare,
    dataset,
    doctor,
    export,
    import_,
    label,
    labels,
    models,
    parked,
    put,
    reconcile,
    replay,
    retrain,
    rm,
    status,
    timeline,
    tune,
    unpin,
):
    cli.add_command(command)
