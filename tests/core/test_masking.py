"""Secrets of addresses under numbers."""

from tracker.core.masking import Numbers


def test_each_secret_keeps_its_number_and_two_stay_two() -> None:
    numbers = Numbers()
    found = numbers.hidden(
        {
            "url": "https://me:pw@a.example/?token=abc&b=1",
            "also": ["see https://me:pw@a.example/2 and https://a.example/?token=xyz", 7, None],
            "words": "no address, token=abc",
        }
    )
    assert found == {
        "url": "https://***1@a.example/?token=***2&b=1",
        "also": ["see https://***1@a.example/2 and https://a.example/?token=***3", 7, None],
        "words": "no address, token=abc",
    }
    assert numbers.count == 3


def test_what_holds_no_secret_stays_as_it_is() -> None:
    numbers = Numbers()
    for plain in ("https://a.example/@user?page=2", "", ["https://a.example/a@b"], 3):
        assert numbers.hidden(plain) == plain
    assert numbers.count == 0
