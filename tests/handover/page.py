# SPDX-License-Identifier: GPL-2.0-or-later
"""page.py REPORT.html: tags are closed, nothing is fetched, every link leads somewhere in the page."""
import html.parser
import re
import sys

VOID = {'meta', 'br', 'line', 'circle', 'polyline', 'rect'}
problems = []


class Page(html.parser.HTMLParser):
    open, ids, targets = [], set(), set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ('script', 'link', 'img', 'iframe', 'object', 'embed') or 'src' in attrs:
            problems.append(f'<{tag}> fetches or runs something')
        if 'id' in attrs:
            if attrs['id'] in self.ids:
                problems.append(f'two have the id {attrs["id"]}')
            self.ids.add(attrs['id'])
        if 'href' in attrs:
            self.targets.add(attrs['href'])
        if tag not in VOID and not self.get_starttag_text().endswith('/>'):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            problems.append(f'</{tag}> at line {self.getpos()[0]} closes nothing')


text = open(sys.argv[1], encoding='utf-8').read()
page = Page()
page.feed(text)
problems += [f'<{tag}> is not closed' for tag in page.open]
problems += [f'{t} leads nowhere' for t in page.targets if not t.startswith('#') or t[1:] not in page.ids]
style = re.search(r'<style>.*?</style>', text, re.S).group()
if re.search(r'url\(|@import|https?:', style):
    problems.append('the network is asked for something')
print('\n'.join(problems[:10]))
sys.exit(bool(problems))
