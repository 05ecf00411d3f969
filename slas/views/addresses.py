"""What may stand in the address of a page: `<name:…>` is any word that the database can be asked for."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class Name(StringConverter):
    """A word without a zero byte: PostgreSQL refuses it, and no row is called like that."""

    regex = r"[^/\x00]+"


register_converter(Name, "name")
