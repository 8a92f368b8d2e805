"""Jobs for an executor: which pictures of one case to draw. Only the workers import what draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segaudit.executors.base import Failure
from segaudit.model import CaseFiles, Contract
from segaudit.model.misplacement import Misplacement
from segaudit.model.place import Place
from segaudit.model.records import Vector


@dataclass(frozen=True, slots=True)
class PictureSpec:
    """What a picture shows: structures at a location, or the case with all its masks."""

    structures: tuple[str, ...] = ()
    mm: Vector | None = None
    whole: bool = False
    misplacement: Misplacement | None = None
    """Where the structures would fit."""


@dataclass(frozen=True, slots=True)
class PictureJob:
    """Pictures of a case to draw."""

    root: Place
    files: CaseFiles
    contract: Contract
    specs: Mapping[str, PictureSpec]
    """By the name of the picture."""


def draw_pictures(job: PictureJob) -> dict[str, bytes | Failure]:
    """Draw pictures, as ``segaudit.pictures.drawing`` does."""
    from segaudit.pictures.drawing import drawn  # noqa: PLC0415 (see above)

    return drawn(job)
