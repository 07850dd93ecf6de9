import pytest

from amgan_cli.errors import UsageError
from amgan_cli.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    {"color": ("blue", "multi", "navy", "red"), "sleeve": ("long", "short")}, {"color": ("multi",)}
)


def test_condition_has_one_value_and_one_attribute():
    assert VOCABULARY.encode("sleeve", "short") == [0, 0, 0, 0, 0, 1, 0, 1]
    assert VOCABULARY.encode("color", "blue") == [1, 0, 0, 0, 0, 0, 1, 0]
    assert len(VOCABULARY.encode("color", "red")) == VOCABULARY.n_values + VOCABULARY.n_attributes


def test_parse_accepts_spaces_and_case():
    assert VOCABULARY.check(*VOCABULARY.split(" Color = RED")) == ("color", "red")


def test_capitals_of_the_label_file_can_be_asked_for():
    assert Vocabulary({"Color": ("Red", "Blue")}).check("color", "red") == ("Color", "Red")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("color=nawy", ["navy", "known: blue, navy, red"]),
        ("sleve=long", ["did you mean sleeve", "known: color, sleeve"]),
        ("red", ["attribute=value", "color=blue"]),
        ("color=", ["attribute=value"]),
        ("color=multi", ["unknown color 'multi'"]),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_and_the_list(text, parts):
    with pytest.raises(UsageError) as error:
        VOCABULARY.check(*VOCABULARY.split(text))
    for part in parts:
        assert part in str(error.value)


def test_survives_saving():
    assert Vocabulary.from_dict(VOCABULARY.to_dict()) == VOCABULARY


def test_a_word_as_it_is_spelled_comes_before_one_in_other_letters():
    words = Vocabulary({"color": ("Red", "red", "Blue")})
    assert words.check("color", "red") == ("color", "red")
    assert words.check("COLOR", "blue") == ("color", "Blue")
