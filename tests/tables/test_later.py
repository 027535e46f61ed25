import pytest

from afpak.tables.later import Later, asked


@pytest.fixture
def made():
    """A mapping of words to their lengths, and the words whose lengths were made, in the order of making."""
    log = []

    def length(word):
        log.append(word)
        return len(word)

    return Later(["one", "three", "fifteen"], length), log


def test_nothing_is_made_by_counting_going_through_or_looking_for_keys(made):
    lengths, log = made
    assert (len(lengths), list(lengths), list(lengths.keys())) == (3, ["one", "three", "fifteen"], list(lengths))
    assert "one" in lengths and "two" not in lengths
    assert repr(lengths)
    assert (log, lengths.asked) == ([], ())


def test_a_value_is_made_once_and_kept(made):
    lengths, log = made
    assert [lengths["three"], lengths["three"], lengths.get("three")] == [5, 5, 5]
    assert log == ["three"]


def test_what_was_asked_for_is_told_in_the_order_of_the_mapping(made):
    lengths, log = made
    assert (lengths["fifteen"], lengths["one"]) == (7, 3)
    assert log == ["fifteen", "one"]
    assert lengths.asked == asked(lengths) == ("one", "fifteen")


def test_values_and_items_are_made_one_by_one_as_they_are_gone_through(made):
    lengths, log = made
    assert next(iter(lengths.values())) == 3
    assert log == ["one"]
    assert dict(lengths.items()) == {"one": 3, "three": 5, "fifteen": 7}
    assert lengths == {"one": 3, "three": 5, "fifteen": 7}
    assert log == ["one", "three", "fifteen"]


def test_an_unknown_key_is_an_error_and_makes_nothing(made):
    lengths, log = made
    with pytest.raises(KeyError, match="two"):
        lengths["two"]
    assert lengths.get("two", 0) == 0
    assert (log, lengths.asked) == ([], ())


def test_a_value_that_could_not_be_made_is_tried_again():
    answers = iter([None, "there"])

    def make(_):
        answer = next(answers)
        if answer is None:
            raise FileNotFoundError
        return answer

    values = Later(["a"], make)
    with pytest.raises(FileNotFoundError):
        values["a"]
    assert values.asked == ()
    assert (values["a"], values.asked) == ("there", ("a",))


def test_nothing_can_be_put_into_it(made):
    lengths, _ = made
    with pytest.raises(TypeError):
        lengths["one"] = 4


def test_all_of_a_mapping_that_had_its_values_from_the_start_counts_as_asked_for():
    assert asked({"b": 1, "a": 2}) == ("b", "a")
