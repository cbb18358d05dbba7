"""Whether two names of the internet belong to one owner: where a webhook may travel by a redirect."""

import ipaddress

import tldextract

# The list of public suffixes as the package ships it: nothing is fetched, nothing is kept on the disk. With the private
# suffixes, below which strangers rent names (acme.duckdns.org, evil.duckdns.org): those are domains of their own.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def is_same_owner(name: str, other: str) -> bool:
    """Whether two host names (no ports; an IPv6 address without its brackets) lie in one registrable domain.

    ``acme.bitrix24.ru`` and ``new.bitrix24.ru`` do, ``acme.ru`` and ``evil.ru`` do not. An address of digits, a bare
    name and a public suffix itself have no such domain: each is its own alone.
    """
    name, other = _comparable(name), _comparable(other)
    return name == other or (_registrable(name) != "" and _registrable(name) == _registrable(other))


def _registrable(name: str) -> str:
    """``acme.co.uk`` of ``crm.acme.co.uk``; "" where there is none."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _SUFFIXES(name).top_domain_under_public_suffix
    return ""


def _comparable(name: str) -> str:
    """A name in the letters it travels in: a header says xn--, a person types кириллица."""
    name = name.lower().rstrip(".")
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name
