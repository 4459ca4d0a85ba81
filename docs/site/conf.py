"""The documentation site: `make docs` builds it from the documents as they lie, with nothing from any network."""

# Built over the whole project (`sphinx-build -c docs/site . build/docs`), so that every document, notebook and link
# stands where it stands in a copy of the project.
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import impactmap

project = "impactmap"
author = "The impactmap authors"
project_copyright = author
version = release = impactmap.__version__
language = "en"

sys.path.insert(0, str(Path(__file__).parent))
extensions = ["myst_nb", "numpydoc", "public_names", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
root_doc = "docs/site/index"
include_patterns = [
    "*.md",
    "docs/**.md",
    "docs/site/reference/*.rst",
    "notebooks/*.ipynb",
    "data/README.md",
    "seeds/README.md",
]
exclude_patterns = [
    ".*",
    ".*/**",
    "build",
    "dist",
    "src",
    "tests",
    "benchmarks",
    "release",
    "requirements",
    "data/download",
]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # as on GitHub
nb_execution_mode = "force"
nb_execution_excludepatterns = ["notebooks/*"]  # these hold their outputs; tests run them
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_ipywidgets_js: dict[str, Any] = {}  # no script from a content network

default_role = "py:obj"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autosummary_generate = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "furo"
html_title = "impactmap"
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # summaries are fetched, which pages opened from disk may not do
html_last_updated_fmt = None


def _lead_in(app: Any, exception: Exception | None) -> None:
    """Let the folder be opened at its root."""
    if exception is None and app.builder.format == "html":
        page = f'<meta charset="utf-8"><title>impactmap</title><a href="{root_doc}.html">impactmap</a>'
        page += f'<meta http-equiv="refresh" content="0; url={root_doc}.html">'
        Path(app.outdir, "index.html").write_text(f'<!DOCTYPE html><html lang="en">{page}</html>\n', encoding="utf-8")


def setup(app: Any) -> None:
    """Register what is ours."""
    app.connect("build-finished", _lead_in)
