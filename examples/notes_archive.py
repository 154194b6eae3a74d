"""Pages of notes kept, searched and exported."""

from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFont

from inkgrad import Archive, export_notes, page_reader

TEXT = "Buy milk and bread\nMeeting on Friday\nCall the garden shop"

with TemporaryDirectory() as place:
    scan, folder = Path(place) / "scan.png", Path(place) / "notes"
    page = Image.new("L", (1000, 600), 240)  # what stands for a scan
    ImageDraw.Draw(page).text((90, 90), TEXT, 40, ImageFont.load_default(56), spacing=50)
    page.save(scan)

    read = page_reader()  # loads its model at the first page
    with Archive(folder) as archive:
        note = archive.add(scan, read, ["home"]).note
        for hit in archive.search("garden"):
            print(f"note {hit.note.id}, page {hit.page}: {hit.snippet}")
        print(archive.pages(note.id)[0].text)
        print(export_notes(archive, Path(place) / "out"), "note exported")
