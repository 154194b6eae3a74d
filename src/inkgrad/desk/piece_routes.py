"""A whole page by HTTP: all its fields at once, and the document or table that they make."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from inkgrad.desk import pictures_kept
from inkgrad.desk.answers import body_of
from inkgrad.desk.desk_documents import MEDIA_TYPES, exported, forms_as_csv
from inkgrad.desk.desk_fields import Nothing
from inkgrad.desk.desk_pieces import beside, kind_of
from inkgrad.desk.double_entry import contested
from inkgrad.desk.file_tags import set_tags, tags_of
from inkgrad.desk.form_kinds import is_form, names
from inkgrad.desk.handing_out import as_plain
from inkgrad.desk.ledger import Ledger
from inkgrad.documents.writers import SUFFIXES


class _Tags(msgspec.Struct):
    tags: Annotated[list[str], Meta(max_length=100)]


class PieceRoutes:
    """What is answered of whole pages."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.routes = [
            Route("/v1/fields/{number:int}/piece", self.piece),
            Route("/v1/fields/{number:int}/document.{layout:str}", self.document),
            Route("/v1/fields/{number:int}/tags", self.tag, methods=["POST"]),
            Route("/v1/forms/{kind:str}.csv", self.forms),
        ]

    def piece(self, request: Request) -> Response:
        """All fields on the page of one, in their order, and the formats it can be had in."""
        found = beside(self.ledger, request.path_params["number"])
        first = found[0]
        fields = [as_plain(contested(self.ledger, field)) for field in found]
        formats = [
            layout
            for kind in {kind_of(field.kind) for field in found}
            if pictures_kept.document_at(
                self.ledger.folder, first.sha256, first.page, kind
            ).is_file()
            for layout in MEDIA_TYPES
        ]
        forms = sorted({kind_of(field.kind) for field in found if is_form(field.kind)})
        told: dict[str, Any] = {"name": first.name, "page": first.page, "fields": fields}
        told["tags"] = tags_of(self.ledger, first.sha256)
        return JSONResponse({**told, "formats": formats, "forms": forms})

    async def tag(self, request: Request) -> Response:
        """The tags of the field's file are then these."""
        said = await body_of(request, _Tags)
        field = self.ledger.field(request.path_params["number"])
        tags = await run_in_threadpool(set_tags, self.ledger, field.sha256, said.tags)
        return JSONResponse({"tags": tags})

    def document(self, request: Request) -> Response:
        """The file of a field as a document, in a format."""
        field, layout = self.ledger.field(request.path_params["number"]), request.path_params
        name = layout["layout"]
        content = exported(self.ledger, field.sha256, name)
        file = PurePosixPath(field.name).stem[:100] + SUFFIXES[name]
        return Response(content, media_type=MEDIA_TYPES[name], headers=_to_keep(file))

    def forms(self, request: Request) -> Response:
        """All forms of a template as a table."""
        kind = request.path_params["kind"]
        if kind not in names(self.ledger.folder):
            raise Nothing(f"{kind}: is no form of this desk")
        content = forms_as_csv(self.ledger, kind)
        return Response(content, media_type="text/csv", headers=_to_keep(f"{kind}.csv"))


def _to_keep(name: str) -> dict[str, str]:
    """The header that names what is to be kept (RFC 6266)."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
