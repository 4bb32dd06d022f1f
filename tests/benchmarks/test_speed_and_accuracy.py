import pytest

import speed
from accuracy import main


def test_the_first_words_of_a_text_keep_its_line_breaks(tmp_path):
    (tmp_path / "x.txt").write_text("One two\n\nthree  four five", encoding="utf-8")
    assert speed.first_words(tmp_path / "x.txt", 3) == "One two\n\nthree  "
    assert speed.first_words(tmp_path / "x.txt", 99).endswith("five")


def test_a_command_that_fails_is_told_with_its_last_words():
    with pytest.raises(SystemExit, match="no such thing"):
        speed._python("-c", "raise SystemExit('no such thing')")


def test_peak_memory_is_counted_in_bytes():
    assert 1e7 < speed._peak_bytes() < 1e11


def test_a_missing_folder_is_a_usage_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["ud", str(tmp_path / "none")])
    assert stopped.value.code == 2
    assert "not a folder" in capsys.readouterr().err
