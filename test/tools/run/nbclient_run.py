"""Runs notebooks with Python's nbclient, or validates them with nbformat, and says in JSON how it went.

usage: python nbclient_run.py run NOTEBOOK FOLDER | validate NOTEBOOK
"""

import json
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def run(path, folder):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="latent", timeout=300, resources={"metadata": {"path": folder}})
    try:
        client.execute()
    except CellExecutionError as error:
        return {"ename": error.ename, "evalue": error.evalue, "traceback": error.traceback}
    nbformat.validate(notebook)
    return {"outputs": [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]}


def validate(path):
    nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))
    return {"valid": True}


if __name__ == "__main__":
    mode, *arguments = sys.argv[1:]
    print(json.dumps(run(*arguments) if mode == "run" else validate(*arguments)))
