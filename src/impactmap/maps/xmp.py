"""What a picture says of itself to picture desks: an XMP packet with the fields of the IPTC."""

from __future__ import annotations

from xml.etree import ElementTree as ET

__all__ = ["DATA_DRIVEN", "xmp_packet"]

#: The IPTC's term for pictures drawn from data by a program.
DATA_DRIVEN = "http://cv.iptc.org/newscodes/digitalsourcetype/dataDrivenMedia"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": _RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}


def xmp_packet(*, title: str, description: str, credit: str, rights: str) -> ET.Element:
    """Return the packet as an element ``x:xmpmeta``.

    Parameters
    ----------
    title, description
        Of the picture; the description is its alternative text, too.
    credit
        Who is to be named beside it; empty for nobody.
    rights
        Whose data it is drawn from.

    Returns
    -------
    Element
        Title, description, rights, alternative text, credit, tool and the digital source type. No date: the same map
        gives the same bytes.

    References
    ----------
    IPTC Photo Metadata Standard 2023.1, iptc.org; ISO 16684-1 (XMP).
    """
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    packet = ET.Element(_name("x:xmpmeta"))
    about = ET.SubElement(ET.SubElement(packet, _name("rdf:RDF")), _name("rdf:Description"), {_name("rdf:about"): ""})
    texts = (
        ("dc:title", title),
        ("dc:description", description),
        ("dc:rights", rights),
        ("Iptc4xmpCore:AltTextAccessibility", description),
    )
    for field, text in texts:
        alternatives = ET.SubElement(ET.SubElement(about, _name(field)), _name("rdf:Alt"))
        item = ET.SubElement(alternatives, _name("rdf:li"), {"{http://www.w3.org/XML/1998/namespace}lang": "x-default"})
        item.text = text
    plain = (
        ("photoshop:Credit", credit),
        ("xmp:CreatorTool", "impactmap"),
        ("Iptc4xmpExt:DigitalSourceType", DATA_DRIVEN),
    )
    for field, text in plain:
        if text:
            ET.SubElement(about, _name(field)).text = text
    return packet


def _name(field: str) -> str:
    prefix, _, local = field.partition(":")
    return f"{{{_SPACES[prefix]}}}{local}"
