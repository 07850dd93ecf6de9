"""The user study: what the page holds, how it is used in a browser, and how votes are counted."""

import json
import shutil
import time

import pytest
from typer.testing import CliRunner

from amgan_cli.cli import app
from amgan_cli.errors import UsageError
from amgan_cli.evaluation.votes import tally, tally_table

KEY = {
    "study": "s1",
    "runs": ["amgan", "stargan"],
    "attributes": ["color", "color", "sleeve"],
    "codes": {
        f"{run[0]}{question}": {"question": question, "run": run}
        for question in range(3)
        for run in ("amgan", "stargan")
    },
}


@pytest.fixture
def write(tmp_path):
    """write(name, content) -> path of a JSON file."""

    def write(name: str, content: object):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def ballot(participant: str, *votes: str) -> dict:
    return {"study": "s1", "participant": participant, "votes": list(votes)}


def test_a_tally_of_known_votes(write):
    files = [
        write("key.json", KEY),
        write("1.json", ballot("p1", "a0", "a1", "s2")),
        write("2.json", ballot("p2", "s0", "a1", "s2")),
    ]
    counted = tally(files)
    assert (counted.participants, counted.votes) == (2, 6)
    share = {run: {k: f.mean for k, f in row.items()} for run, row in counted.shares.items()}
    assert share["amgan"] == {"color": 0.75, "sleeve": 0.0, "Avg.": 0.375}
    assert share["stargan"] == {"color": 0.25, "sleeve": 1.0, "Avg.": 0.625}
    color = counted.shares["amgan"]["color"]
    assert (color.low, color.high) == (0.5, 1.0)  # one participant says 1/2, the other 1
    table = tally_table(counted)
    assert table.columns == ("", "color", "sleeve", "Avg.")
    assert table.rows[0] == ("amgan", "75.0 [50.0, 100.0]", "0.0 [0.0, 0.0]", "37.5 [25.0, 50.0]")


def test_a_single_participant_has_an_interval_over_votes(write):
    files = [write("key.json", KEY), write("1.json", ballot("p1", "a0", "s1", "a2"))]
    color = tally(files).shares["amgan"]["color"]
    assert (color.low, color.mean, color.high) == (0, 0.5, 1)


def test_intervals_of_votes_are_by_the_seed(write):
    votes = [f"{run}{question}" for question in (0, 1) for run in "as"]
    ballots = [write(f"{i}.json", ballot(f"p{i}", votes[i % 4])) for i in range(7)]
    files = [write("key.json", KEY), *ballots]
    figures = [tally(files, seed).shares["amgan"]["color"] for seed in (*range(30), 29)]
    assert figures[-1] == figures[-2] and len({(each.low, each.high) for each in figures}) > 1


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"v.json": ballot("p1", "a0")}, "0 of the files are a study's key"),
        ({"k.json": KEY}, "no votes among the files"),
        ({"k.json": KEY, "v.json": ballot("p1")}, "hold no votes"),
        ({"k.json": KEY, "v.json": ballot("p1", "zz")}, "v.json: holds a vote that the key"),
        ({"k.json": KEY, "v.json": ballot("p1", "a0") | {"study": "x"}}, "of another study"),
        ({"k.json": KEY, "v.json": {"participant": "p1", "votes": ["a0"]}}, "of another study"),
        ({"k.json": KEY, "a.json": ballot("p", "a0"), "b.json": ballot("p", "a0")}, "same partic"),
        ({"k.json": KEY, "v.json": [1]}, "v.json: neither votes nor a key"),
        ({"k.json": KEY, "v.json": {"study": "s1", "votes": ["a0"]}}, "v.json: neither votes nor"),
        ({"k.json": KEY | {"attributes": []}, "v.json": ballot("p", "a0")}, "are both whole"),
        ({"k.json": KEY | {"runs": None}, "v.json": ballot("p", "a0")}, "k.json: neither"),
        ({"k.json": KEY | {"attributes": [[1]]}, "v.json": ballot("p", "a0")}, "k.json: neither"),
        ({"k.json": KEY | {"runs": ["amgan"]}, "v.json": ballot("p", "s0")}, "are both whole"),
        ({"k.json": {"codes": {}}, "v.json": ballot("p", "a0")}, "k.json: neither votes nor a key"),
        ({"k.json": KEY, "v.json": "{"}, "v.json: is no JSON"),
    ],
)
def test_wrong_files_are_named(write, others, message):
    files = [write(name, content) for name, content in others.items()]
    with pytest.raises(UsageError, match=message):
        tally(files)


def test_votes_through_the_command(amgan, write):
    write("key.json", KEY)
    write("v.json", ballot("p1", "a0", "a1", "s2"))
    done = amgan("evaluate", "--votes", "key.json", "v.json")
    assert done.returncode == 0, done.stderr
    assert "Table 3: user study" in done.stdout
    assert "1 participants, 3 votes" in done.stdout
    missing = amgan("evaluate", "--votes", "key.json", "gone.json")
    assert missing.returncode == 2
    assert "gone.json: cannot be read" in missing.stderr


@pytest.fixture(scope="module")
def study(model_file, data_folder, tmp_path_factory):
    """A study of one model under two names: (page, key file, key)."""
    page = tmp_path_factory.mktemp("study") / "study.html"
    key_file = make_study(model_file, data_folder, page)
    return page, key_file, json.loads(key_file.read_text())


def make_study(model_file, data_folder, page):
    from rich.console import Console

    from amgan_cli.config import Config
    from amgan_cli.evaluation.choice import choose_edits
    from amgan_cli.evaluation.setup import set_up
    from amgan_cli.evaluation.study import write_study

    files = [("runs/secret-a", model_file), ("runs/secret-b", model_file)]
    setup = set_up(files, str(data_folder), Config(), "cpu", None, 0, Console(quiet=True))
    choices = choose_edits(setup.largest.labels, setup.rows, 4, seed=0)
    return write_study(page, setup, choices, seed=0)


def test_the_page_is_blind_and_the_key_is_not(study):
    page, key_file, key = study
    text = page.read_text()
    assert "secret" not in text
    assert text.count("data:image/png;base64,") == 4 * 3
    assert "http" not in text  # nothing is fetched from anywhere
    assert all(code in text for code in key["codes"])
    assert key_file.name == "study.key.json"
    assert key["attributes"] == ["color", "sleeve", "color", "sleeve"]
    assert sorted(vote["run"] for vote in key["codes"].values()).count("runs/secret-a") == 4


def test_codes_do_not_follow_from_the_seed(study, model_file, data_folder, tmp_path):
    *_, key = study
    again = json.loads(make_study(model_file, data_folder, tmp_path / "study.html").read_text())
    assert again["study"] != key["study"] and not again["codes"].keys() & key["codes"].keys()
    assert again["attributes"] == key["attributes"]


def test_another_study_does_not_take_the_place_of_one(study, model_file, data_folder):
    page, key_file, _ = study
    before = page.read_bytes(), key_file.read_bytes()
    runs = str(model_file), str(model_file.parent)
    words = "evaluate", *runs, "--data", str(data_folder), "--study", str(page)
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2 and "study.key.json, by which its votes are told" in done.stderr
    assert before == (page.read_bytes(), key_file.read_bytes())


@pytest.fixture
def browser(tmp_path):
    """Headless Chromium that saves downloads in `tmp_path`."""
    pytest.importorskip("selenium", reason="selenium is not installed: pip install '.[dev]'")
    from selenium import webdriver

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium is not installed: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-sync"
    for flag in (*flags.split(), "disable-background-networking", "disable-component-update"):
        options.add_argument(f"--{flag}")
    options.add_argument("--window-size=1100,900")
    options.add_experimental_option("prefs", {"download.default_directory": str(tmp_path)})
    session = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield session
    session.quit()


def test_a_participant_votes_with_keys_and_mouse(browser, study, tmp_path):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    page, key_file, key = study
    browser.get(page.as_uri())
    body = browser.find_element(By.TAG_NAME, "body")
    assert "1 of 4" in body.text
    assert "secret" not in browser.page_source
    assert len(browser.find_elements(By.CSS_SELECTOR, "button.option img")) == 2
    first = browser.execute_script("return questions[0].options[1].code")
    body.send_keys("9")  # no such option
    assert "1 of 4" in body.text
    body.send_keys("1")
    assert "2 of 4" in body.text
    body.send_keys(Keys.BACKSPACE)
    assert "1 of 4" in body.text
    body.send_keys("2")
    body.send_keys("1")
    browser.find_elements(By.CSS_SELECTOR, "button.option")[1].click()
    body.send_keys("2")
    assert "Thank you" in body.text
    body.send_keys(Keys.ENTER)

    saved = wait_for(lambda: list(tmp_path.glob("votes-*.json")))[0]
    votes = json.loads(saved.read_text())
    assert votes["study"] == key["study"]
    assert votes["votes"][0] == first
    questions = [key["codes"][code]["question"] for code in votes["votes"]]
    assert sorted(questions) == [0, 1, 2, 3]
    assert tally([key_file, saved]).votes == 4


def test_every_participant_has_an_order_of_their_own(browser, study):
    page, *_ = study
    orders = set()
    for _ in range(6):
        browser.get(page.as_uri())
        orders.add(
            browser.execute_script(
                "return JSON.stringify(questions.map(q => q.options.map(o => o.code)))"
            )
        )
    assert len(orders) > 1


def wait_for(ready, seconds: float = 20):
    end = time.monotonic() + seconds
    while not (found := ready()):
        assert time.monotonic() < end, "nothing was downloaded"
        time.sleep(0.05)
    return found
