"""Validates released notebooks with nbgrader's own validator, and compares every checksum with its own."""

import sys

import nbformat
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert cells, f"{path}: no cell has metadata of nbgrader"
    for cell in cells:
        stated, own = cell.metadata.nbgrader.checksum, compute_checksum(cell)
        assert stated == own, f"{path}, {cell.metadata.nbgrader.grade_id}: {stated}, nbgrader says {own}"
    print(f"{path}: {len(cells)} checksums agree")
