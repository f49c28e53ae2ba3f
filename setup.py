"""What setup.cfg can't say: the README as the page on PyPI, where its links have to be absolute."""

import re
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent


def description() -> str:
    config = ConfigParser()
    config.read(HERE / "setup.cfg", encoding="utf-8")
    urls = dict(line.split(" = ") for line in config["metadata"]["project_urls"].strip().splitlines())
    text = (HERE / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"\]\((?!https?:)", f"]({urls['Source']}/blob/HEAD/", text)
    return re.sub(r'src="(?!https?:)', f'src="{urls["Source"]}/raw/HEAD/', text)


setup(long_description=description())
