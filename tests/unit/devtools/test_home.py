"""A folder is wiped only if it is surely ours and nobody uses it."""

from pathlib import Path

import pytest

from tocsin.devtools.home import HomeInUse, NotAHome, claim, wipe


def test_a_new_folder_is_made_and_taken(tmp_path: Path) -> None:
    with claim(tmp_path / "deep" / "home"):
        assert (tmp_path / "deep" / "home").is_dir()


def test_a_folder_in_use_is_refused_until_it_is_free(tmp_path: Path) -> None:
    with claim(tmp_path), pytest.raises(HomeInUse):
        claim(tmp_path)
    claim(tmp_path).close()


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotAHome):
        claim(tmp_path)
    with pytest.raises(NotAHome):
        wipe(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_wiping_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    with claim(tmp_path / "home") as _:
        (tmp_path / "home" / "logs").mkdir()
        (tmp_path / "home" / "logs" / "resolver.log").write_text("line")
        (tmp_path / "home" / "link").symlink_to(outside)
        wipe(tmp_path / "home")
        assert [p.name for p in (tmp_path / "home").iterdir()] == [".tocsin-home"]
    assert (outside / "kept").read_text() == "kept"
