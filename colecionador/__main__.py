"""`python -m colecionador`, from a checkout."""

from colecionador.main import cli

cli(prog_name="colecionador")
