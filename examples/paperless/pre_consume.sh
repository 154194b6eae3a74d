#!/usr/bin/env bash
# For Paperless-ngx 2: reads handwriting in a PDF file before it is consumed, and puts the words into
# it. Paperless names the file that it works on in DOCUMENT_WORKING_PATH, and where it came from in
# DOCUMENT_SOURCE_PATH.
set -euo pipefail
case "$(basename "${DOCUMENT_SOURCE_PATH:?is set by Paperless}" | tr '[:upper:]' '[:lower:]')" in
  *handwritten*.pdf) ;;
  *) exit 0 ;;
esac
read_pdf="$(mktemp --suffix .pdf)"
trap 'rm -f "$read_pdf"' EXIT
inkgrad read --as text "${DOCUMENT_WORKING_PATH:?is set by Paperless}" --out "$read_pdf" --force
cp "$read_pdf" "$DOCUMENT_WORKING_PATH"
