"""A library that is empty, and one with two works."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_builders import SCHEMA, Made, made_library

from diegesis.library import Library

SALT = """Title: The Salt Road
Author: ferrywoman

"The mule is lame," said Ilse. Corvin looked at the salt.

"Then we walk," said Corvin.
-
The road went up. "I promise you the lamp," said Ilse.

! person | Ilse | Ilse | Ilse Harrow
! fact | Ilse | Ilse has the lamp | holds
! promise | Ilse | Ilse promises the lamp | open
"""

TIDE = """Title: Tide
Author: A. Nother

"The mule is lame," said Mara.
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return made_library(tmp_path / "library")


@pytest.fixture
def salt(tmp_path: Path) -> Path:
    file = tmp_path / "salt-road.txt"
    file.write_text(SALT, encoding="utf-8")
    return file


@pytest.fixture
def two(library: Path, salt: Path, tmp_path: Path) -> Path:
    tide = tmp_path / "tide.txt"
    tide.write_text(TIDE, encoding="utf-8")
    with Library.writer(library, SCHEMA) as opened:
        for file in (salt, tide):
            opened.add(file, Made().reader())
    return library
