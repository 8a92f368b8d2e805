"""An extension of mkdocstrings: lists the fields of a class in one table, instead of a heading for each."""

from __future__ import annotations

from typing import Any

from griffe import Attribute, Class, Docstring, DocstringAttribute, DocstringSectionAttributes, Extension


class Fields(Extension):
    """Moves the annotated fields of each class into a section of its docstring."""

    def on_class(self, *, cls: Class, **_: Any) -> None:  # noqa: ANN401 (griffe passes more arguments)
        """Move the fields of one class."""
        fields = [each for each in cls.attributes.values() if each.annotation and "property" not in each.labels]
        if not fields:
            return
        cls.docstring = cls.docstring or Docstring("", parent=cls)
        cls.docstring.parsed.append(DocstringSectionAttributes([_row(field) for field in fields]))
        for field in fields:
            del cls.members[field.name]


def _row(field: Attribute) -> DocstringAttribute:
    description = field.docstring.value if field.docstring else ""
    return DocstringAttribute(field.name, annotation=field.annotation, description=description)
