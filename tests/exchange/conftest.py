"""Files as other programs write them, and what the command says of them."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command


class Said:
    """What the command printed, and whether it ended well."""

    def __init__(self, out, err, ended_well):
        self.out, self.err, self.ended_well = out, err, ended_well

    @property
    def counts(self):
        """New, changed, unchanged, refused."""
        line = next(one for one in self.out.splitlines() if one.startswith("New:"))
        return tuple(int(part) for part in line.replace(".", "").split() if part.isdigit())


@pytest.fixture
def import_file(tmp_path):
    """Returns a function that imports what it is given: bytes, text, or the rows of a sheet."""

    def run(content, kind, *arguments, name="file"):
        path = tmp_path / name
        if not isinstance(content, bytes):
            content = content.encode() if isinstance(content, str) else xlsx(content)
        path.write_bytes(content)
        out, err, ended_well = io.StringIO(), io.StringIO(), True
        try:
            call_command("clientportal_import", str(path), *arguments, kind=kind, stdout=out, stderr=err)
        except SystemExit:
            ended_well = False
        except CommandError as error:
            return Said(str(error), f"{err.getvalue()}{error}", False)
        return Said(out.getvalue(), err.getvalue(), ended_well)

    return run


def xlsx(rows):
    """The bytes of a spreadsheet with these rows."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()
