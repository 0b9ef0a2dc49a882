"""Validates released notebooks with nbgrader's validator, and compares all checksums with nbgrader's."""

import sys

import nbformat
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert cells, f"{path}: no cell has nbgrader metadata"
    for cell in cells:
        stated, own = cell.metadata.nbgrader.checksum, compute_checksum(cell)
        assert stated == own, f"{path}, {cell.metadata.nbgrader.grade_id}: expected {own}, got {stated}"
    print(f"{path}: {len(cells)} checksums agree")
