"""The guides of docs/guide/, as pages of the site: the one of each role, all to the coordination.

markdown-it-py reads them, raw HTML left aside; nothing of a guide comes from a reader.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from governance.models import Role
from governance.viewer import Viewer

FOLDER = settings.BASE_DIR / "docs" / "guide"


@dataclass(frozen=True)
class Guide:
    """One guide: the name of its file, and what its reader does."""

    slug: str
    title: str

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("guide", args=[self.slug])


GUIDES = {
    Role.COORDINATOR: Guide("coordination", "Vous coordonnez le conseil"),
    Role.PARTNER: Guide("partenaire", "Vous êtes partenaire"),
    Role.COPIL: Guide("copil", "Vous siégez au comité de pilotage"),
    Role.MANAGER: Guide("administration", "Vous gérez les comptes et les réglages"),
}
# A link to what is beside the guides: for who reads them in the archive.
_ELSEWHERE = re.compile(
    rf"(?<!!)\[([^\]]+)\]\((?!(?:{'|'.join(each.slug for each in GUIDES.values())})\.md\))[^)]*\)"
)


def readable(viewer: Viewer) -> tuple[Guide, ...]:
    """The guides of the viewer's roles of today, and of their seats; all for a coordinator, who
    helps the others."""
    roles = {membership.role for membership in viewer.memberships}
    if viewer.seats:
        roles.add(Role.COPIL)
    if Role.COORDINATOR in roles:
        roles.update(GUIDES)
    return tuple(guide for role, guide in GUIDES.items() if role in roles)


@cache
def page(slug: str) -> tuple[str, SafeString]:
    """The title of a guide, and the rest as HTML."""
    parser = _parser()
    text = (FOLDER / f"{slug}.md").read_text("utf-8")
    tokens = parser.parse(_ELSEWHERE.sub(r"\1", text))
    title = tokens[1].content
    # The title is the page's own; the link to the other guides that follows, its way back.
    body = parser.renderer.render(tokens[6:], parser.options, {})
    return title, mark_safe(body)  # noqa: S308 (our own file, raw HTML left aside)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("table_open", _table)
    parser.add_render_rule("table_close", _table_end)
    parser.add_render_rule("th_open", _heading)
    return parser


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    name = PurePosixPath(str(tokens[at].attrs["src"])).name
    return format_html(
        '<img class="img-fluid border" src="{}" alt="{}">',
        static(f"guide/{name}"),
        tokens[at].content,
    )


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    slug = PurePosixPath(str(tokens[at].attrs["href"])).stem
    return format_html('<a href="{}">', reverse("guide", args=[slug]))


def _table(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """Named after the heading that it is under."""
    under = max(i for i in range(at) if tokens[i].type == "heading_open")
    heading = tokens[under + 1]
    return format_html(
        '<div class="table-scroll" role="region" aria-label="{0}" tabindex="0">'
        '<table class="table"><caption class="visually-hidden">{0}</caption>',
        heading.content,
    )


def _table_end(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>"


def _heading(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return '<th scope="col">'
