"""Calling the command line in tests, as an operator types it."""

from click.testing import CliRunner, Result

from colecionador.main import cli
from infra.layout import Stack


def colecionador(stack: Stack, *words: str) -> Result:
    """One command on this stack; a crash is a failure of the test."""
    result = CliRunner().invoke(cli, ["--stack", str(stack.folder), *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def table(result: Result, first: str) -> list[dict[str, str]]:
    """The rows of the table whose first heading is `first`."""
    lines = result.output.splitlines()
    start = next(number for number, line in enumerate(lines) if line.split("\t")[0] == first)
    headings = lines[start].split("\t")
    rows = []
    for line in lines[start + 1 :]:
        cells = line.split("\t")
        if len(cells) != len(headings):
            break
        rows.append(dict(zip(headings, cells, strict=True)))
    return rows
