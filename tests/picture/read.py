#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""read.py FILE: the text of a picture (.svg .html .ansi) as the screen had it, blanks at the ends of
lines cut. Fails where the picture is not what it says it is: not well-formed, an element or a class
that it should not have, a word off its place on the grid, an escape sequence other than of colours."""
import html.parser
import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

SVG = '{http://www.w3.org/2000/svg}'
CELL = 8.43
MARGIN = 8


def cells(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


def svg_line(text, classes):
    line = ''
    for span in text:
        assert span.tag == SVG + 'tspan', span.tag
        assert span.get('class') in classes, span.get('class')
        place = MARGIN + CELL * cells(line)
        assert abs(float(span.get('x')) - place) < 0.02, (span.get('x'), place, line)
        assert abs(float(span.get('textLength')) - CELL * cells(span.text)) < 0.02, span.text
        line += span.text
    assert not (text.text or '').strip()
    return line


def read_svg(data):
    root = ElementTree.fromstring(data)
    known = {SVG + t for t in ('svg', 'title', 'style', 'rect', 'g', 'text', 'tspan')}
    assert {e.tag for e in root.iter()} <= known, {e.tag for e in root.iter()} - known
    classes = set(re.findall(r'^\.([a-z0-9-]+)\{', root.find(SVG + 'style').text, re.M))
    right = float(root.get('width'))
    for rect in root.iter(SVG + 'rect'):
        assert rect.get('width') == '100%' or float(rect.get('x')) + float(rect.get('width')) < right - MARGIN + 0.02
    rows = list(root.iter(SVG + 'text'))
    tops = [int(t.get('y')) for t in rows]
    assert tops == list(range(tops[0], tops[0] + 17 * len(tops), 17)), tops
    return [svg_line(t, classes) for t in rows]


class Page(html.parser.HTMLParser):
    """What is in <pre>; nothing but what we write may be on the page."""
    allowed = {'html', 'head', 'meta', 'title', 'style', 'body', 'pre', 'span', 'i'}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.style, self.classes = [], '', '', set()

    def handle_starttag(self, tag, attrs):
        assert tag in self.allowed, tag
        if tag in ('span', 'i'):
            assert all(name == 'class' for name, _ in attrs), attrs
            self.classes.update(dict(attrs).get('class', '').split())
        if tag != 'meta':
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if 'pre' in self.open:
            self.text += data
        elif self.open[-1:] == ['style']:
            self.style += data


def read_html(data):
    page = Page()
    page.feed(data.decode())
    page.close()
    assert not page.open, page.open
    defined = set(re.findall(r'^\.([a-z0-9-]+)\{', page.style, re.M))
    assert page.classes <= defined, page.classes - defined
    # a browser drops the line end behind <pre>
    return page.text[1:].split('\n')[:-1]


def read_ansi(data):
    text = re.sub(r'\033\[[0-9;]*m', '', data.decode())
    return text.split('\n')[:-1]


path = sys.argv[1]
read = {'svg': read_svg, 'html': read_html, 'ansi': read_ansi}[path.rsplit('.', 1)[1]]
lines = read(open(path, 'rb').read())
for shown in lines:
    assert not re.search('[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]', shown), repr(shown)
    print(shown.rstrip(' '))
