"""Links of the manual that lead nowhere: to no file, or to no heading of it."""
import os
import re
import subprocess
import sys


def slug(heading):
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def headings(path):
    with open(path, encoding="utf-8") as page:
        return {slug(line.lstrip("#")) for line in page if line.startswith("#")}


def broken(path):
    with open(path, encoding="utf-8") as page:
        links = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read())
    for target, heading in links:
        to = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
        if target.startswith(("http:", "https:")):
            continue
        if not os.path.exists(to) or (heading and heading not in headings(to)):
            yield f"{path}: {target}#{heading}"


pages = subprocess.run(["git", "ls-files", "*.md"], capture_output=True, text=True, check=True)
found = [link for path in pages.stdout.split() for link in broken(path)]
print("\n".join(found))
sys.exit(bool(found))
