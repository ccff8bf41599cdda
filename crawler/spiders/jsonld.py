"""Any site that describes its postings with schema.org JobPosting: from sitemaps, or from pages that link to postings.

There is no search: every posting is read, and the spider keeps those that the plan asks for.
"""

import gzip
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree

from crawler.contract import Call, Link, ListPage, Posting, Query, Task
from crawler.jobposting import find_job_postings, to_posting
from crawler.problems import FormatChanged, NotAPosting
from crawler.reply import Reply
from crawler.source_spider import SourceSpider

MOST_SITEMAP_BYTES = 64 * 1024 * 1024
"""A sitemap has at most 50 MB (sitemaps.org); anything far beyond is a trap."""

_GZIP = b"\x1f\x8b"
_XML = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")
_LONGEST_ID = 200
_TRACKING = re.compile(r"(?i)(?:utm_\w+|gclid|fbclid|spm|from|ref|referrer|src|source|gh_src|lever-source)$")
_NO_PAGE = re.compile(r"\.(?:css|js|png|jpe?g|gif|svg|webp|ico|pdf|docx?|zip|mp4|woff2?|xml|json|txt)$", re.IGNORECASE)
_LIKE_A_POSTING = re.compile(
    r"job|career|position|vacanc|opening|posting|offer|recruit|requisition|opportunit|zhaopin|zhiwei|gangwei|招聘|职位|岗位",
    re.IGNORECASE,
)

Owns = Callable[[str], bool]


class JsonLdSpider(SourceSpider):
    """A site without a search of its own."""

    name = "jsonld"
    searches_keywords = False
    searches_cities = False
    # Shields in front of career sites refuse a page now and then and grant it a moment later.
    refusals_worth_a_wait = frozenset({HTTPStatus.FORBIDDEN})

    def first_pages(self, query: Query) -> Iterable[Task]:
        """The pages that the operator named."""
        return [Task("list", {"url": url}, query) for url in self.source.start_urls]

    def ask(self, task: Task) -> Call:
        """Pages by their address."""
        return Call(str(task.params["url"]))

    def read_list(self, task: Task, reply: Reply) -> ListPage:
        """A sitemap, a sitemap of sitemaps, or a page with links."""
        return read_list(task, reply, self.source.owns)

    def read_detail(self, task: Task, reply: Reply) -> Sequence[Posting]:
        """The JobPosting objects of a page."""
        return read_postings(task.source_id, reply)


def read_list(task: Task, reply: Reply, owns: Owns) -> ListPage:
    """Read a page that leads to postings.

    Args:
        task: The page.
        reply: The answer.
        owns: Whether an address is on the source's own hosts; links to others are left alone.

    Raises:
        FormatChanged: it is no sitemap, and holds neither a posting nor a link.
    """
    body = _unpacked(reply.body)
    if _XML.search(body[:4096]):
        return _read_sitemap(task, body, owns)
    try:
        return ListPage(postings=read_postings(page_id(reply.url), reply), further=_next_page(task, reply, owns))
    except NotAPosting:
        links = [urljoin(reply.url, link) for link in reply.html.css("a::attr(href)").getall()]
        # The list's own path with other parameters is another page or order of the list, not a posting.
        links = [link for link in links if link.split("#")[0].split("?")[0] != reply.url.split("?")[0]]
        if not links:
            # Most likely a page that scripts would fill.
            raise FormatChanged("neither a posting nor a link") from None
        return ListPage(links=_links([(link, "") for link in links], owns), further=_next_page(task, reply, owns))


def read_postings(source_id: str, reply: Reply) -> list[Posting]:
    """Read the postings of a page; all but the first get an id of their own.

    Raises:
        NotAPosting: it has none.
        FormatChanged: what it has cannot be read.
    """
    nodes = find_job_postings(reply.html)
    return [
        to_posting(node, source_id if not number else f"{source_id}#{number}", reply.url)
        for number, node in enumerate(nodes)
    ]


def page_id(url: str) -> str:
    """The id of a page: its address without scheme, fragment and tracking parameters."""
    parts = urlsplit(url)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name)])
    text = f"{parts.netloc}{parts.path.rstrip('/')}{'?' if query else ''}{query}"
    return text if len(text) <= _LONGEST_ID else hashlib.sha256(text.encode()).hexdigest()


def _unpacked(body: bytes) -> bytes:
    """The body of a sitemap, unpacked if it is a .gz file.

    Raises:
        FormatChanged: it is broken, or far larger than a sitemap may be.
    """
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            unpacked = file.read(MOST_SITEMAP_BYTES + 1)
    except (OSError, EOFError) as error:
        raise FormatChanged(f"a .gz file that cannot be unpacked: {error}") from error
    if len(unpacked) > MOST_SITEMAP_BYTES:
        raise FormatChanged(f"a sitemap of more than {MOST_SITEMAP_BYTES} bytes")
    return unpacked


def _read_sitemap(task: Task, body: bytes, owns: Owns) -> ListPage:
    # recover takes the stray ampersands of hand-made sitemaps; entities are never resolved.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(body, parser)
    if root is None:
        raise FormatChanged("a sitemap that is no XML")
    found = [
        (place, _child(entry, "lastmod"))
        for entry in root.iterfind("{*}*")
        if (place := _child(entry, "loc")).startswith(("http://", "https://"))
    ]
    if etree.QName(root).localname == "sitemapindex":
        return ListPage(further=[task.turn(url=place) for place, _ in found])
    return ListPage(links=_links(found, owns))


def _child(entry: etree._Element, name: str) -> str:
    return (entry.findtext(f"{{*}}{name}") or "").strip()


def _links(found: Sequence[tuple[str, str]], owns: Owns) -> list[Link]:
    """Pages that may hold a posting, each once: where some addresses look like postings, only those.

    Raises:
        FormatChanged: there are addresses, and none is a page on the source's own hosts.
    """
    own = [(url, version) for url, version in found if owns(url) and not _NO_PAGE.search(urlsplit(url).path)]
    if not own and found:
        raise FormatChanged(f"all {len(found)} links lead to other hosts or to files")
    likely = [(url, version) for url, version in own if _LIKE_A_POSTING.search(urlsplit(url).path)]
    links = {page_id(url): Link(page_id(url), version, {"url": url.split("#")[0]}) for url, version in likely or own}
    return list(links.values())


def _next_page(task: Task, reply: Reply, owns: Owns) -> list[Task]:
    """The next page of a list, where it says so itself."""
    url = reply.html.css('a[rel~="next"]::attr(href), link[rel~="next"]::attr(href)').get()
    address = urljoin(reply.url, url) if url else ""
    return [task.turn(url=address)] if owns(address) else []
