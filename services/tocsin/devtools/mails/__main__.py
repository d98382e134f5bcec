"""``python -m tocsin.devtools.mails --out DIR``: every mail as .html, .txt and .png; ``--axe`` asks axe as well."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tocsin.devtools.mails import browser
from tocsin.devtools.mails.samples import samples
from tocsin.mailer.writing.words import FOLDER
from tocsin.runtime.catalogues import languages


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to.")
@click.option("--language", "wanted", multiple=True, help="This language alone; may be repeated.")
@click.option("--pictures/--no-pictures", default=True, show_default=True)
@click.option("--axe", is_flag=True, help="Look for what assistive technology would stumble over.")
@click.option("--width", default=700, show_default=True, help="Of the window, in CSS pixels.")
def main(out: Path, wanted: tuple[str, ...], pictures: bool, axe: bool, width: int) -> None:
    """Write and draw every mail."""
    pages = [page for language in wanted or languages(FOLDER) for page in _write(out / language, language)]
    with ThreadPoolExecutor(2) as pool:
        if pictures:
            list(pool.map(lambda page: browser.picture(page, page.with_suffix(".png"), width), pages))
        found = list(pool.map(lambda page: browser.faults(page.read_text("utf-8")), pages)) if axe else []
    for page, faults in zip(pages, found, strict=False):
        for rule, places in faults:
            print(f"{page.parent.name}/{page.stem}: {rule} at {', '.join(places)}")
    print(f"{len(pages)} mails in {out}; axe: {sum(map(len, found)) if axe else 'not asked'}")
    raise SystemExit(1 if any(found) else 0)


def _write(folder: Path, language: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, mail in samples(language):
        page = folder / f"{name}.html"
        page.write_text(mail.html, encoding="utf-8")
        headers = "".join(f"{header}: {value}\n" for header, value in mail.headers.items())
        page.with_suffix(".txt").write_text(f"Subject: {mail.subject}\n{headers}\n{mail.text}", encoding="utf-8")
        written.append(page)
    return written


if __name__ == "__main__":
    main()
