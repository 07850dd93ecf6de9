"""The pages on which a person corrects proposed labels, used in a real browser."""

import csv
import shutil

import numpy as np
import pytest
from PIL import Image

from amgan_cli.errors import DataError
from amgan_cli.prepare.review import write_pages
from amgan_cli.prepare.table import LabelTable, read_table
from amgan_cli.vocabulary import Vocabulary

ODD = 'blue, "navy" </script>'
COLORS = {"a": "red", "b": "red", "c": "red", "d": "", "e": ODD, "f": ""}
CONFIDENCES = {"a": "0.90", "b": "0.70", "c": "1", "d": "0.20", "e": "0.80", "f": "0.10"}


@pytest.fixture
def folder(tmp_path):
    """Six photos with proposed colours, and no sleeves known."""
    out = tmp_path / "data"
    (out / "images").mkdir(parents=True)
    table = LabelTable()
    for attribute in ("color", "sleeve"):
        table.add_columns(attribute)
    for i, (name, color) in enumerate(COLORS.items()):
        file = f"{name} #1.jpg"
        Image.fromarray(np.full((60, 40, 3), 40 * i, np.uint8)).save(out / "images" / file)
        labels = {"color": color, "color_confidence": CONFIDENCES[name]}
        table.rows[file] = {"file": file, "group": "", "sleeve": "", **labels}
    write_pages(out, table, Vocabulary({"color": ("green", "red"), "sleeve": ("long", "short")}))
    return out


@pytest.fixture
def browser(tmp_path):
    """Headless Chromium that saves into tmp_path/saved."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if not all(programs):
        pytest.skip("no chromium and chromedriver here (apt-get install chromium chromium-driver)")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-sync"
    for flag in (*flags.split(), "disable-background-networking", "disable-component-update"):
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={tmp_path / 'profile'}")
    options.add_argument("--window-size=1000,800")
    options.add_experimental_option("prefs", {"download.default_directory": f"{tmp_path}/saved"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(programs[1]))
    driver.implicitly_wait(5)
    yield driver
    driver.quit()


class Page:
    """What a person sees and does."""

    def __init__(self, driver, file):
        self.driver = driver
        driver.get(file.as_uri())

    def find(self, selector):
        return self.driver.find_elements("css selector", selector)

    def sections(self) -> dict[str, list[str]]:
        """Heading -> the names of its photos, in order."""
        return {
            section.find_element("css selector", "h2").text.split(" ·")[0]: [
                figure.get_attribute("data-file")[0]
                for figure in section.find_elements("css selector", "figure")
            ]
            for section in self.find("section")
        }

    def click_photo(self, name):
        self.find(f"figure[data-file^={name}]")[0].click()

    def click_button(self, text, within=""):
        next(button for button in self.find(f"{within} button") if text in button.text).click()

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def press_with_control(self, key):
        from selenium.webdriver.common.action_chains import ActionChains
        from selenium.webdriver.common.keys import Keys

        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys(key).key_up(
            Keys.CONTROL
        ).perform()

    def state(self) -> str:
        return self.find("#state")[0].text


def wait_for(path):
    import time

    for _ in range(100):
        if path.exists() and path.stat().st_size:  # it is there before its text is
            return path
        time.sleep(0.05)
    raise AssertionError(f"{path} was not saved")


def test_photos_are_grouped_by_label_with_the_unsure_ones_first(folder, browser):
    page = Page(browser, folder / "review" / "color.html")
    assert page.sections() == {"unknown": ["f", "d"], ODD: ["e"], "red": ["b", "a", "c"]}
    widths = browser.execute_script("return [...document.images].map((i) => i.naturalWidth)")
    assert widths == [40] * 6
    assert "6 photos · 1 checked · 2 unknown · 0 to save" in page.state()
    assert not browser.get_log("browser")


def test_corrections_by_mouse_and_keyboard_are_saved_for_all_attributes(folder, browser, tmp_path):
    from selenium.webdriver.common.keys import Keys

    page = Page(browser, folder / "review" / "color.html")
    page.press("3")  # f, which has the focus, is red; the focus goes on to d
    page.press(Keys.ARROW_RIGHT, Keys.ENTER)  # past d: e is right
    page.click_photo("a")
    page.click_photo("b")
    page.click_button("green", "#palette")
    page.press_with_control("z")
    page.click_photo("a")
    page.press(Keys.BACK_SPACE)  # a is of no colour that one could name
    page.click_button("the rest is right", "section:last-child")
    assert "5 checked · 2 unknown · 4 to save" in page.state()

    page.click_button("sleeve", "#attributes")
    page.click_photo("c")
    page.press("2", Keys.ARROW_RIGHT)
    page.find("#new")[0].send_keys("cap", Keys.ENTER)  # a new value, for d
    wanted = {"unknown": ["a", "b", "e", "f"], "short": ["c"], "cap": ["d"]}
    for _ in range(20):  # the browser hands its storage to another page in its own time
        page = Page(browser, folder / "review" / "sleeve.html")  # which then knows of it all
        if page.sections() == wanted:
            break
    assert page.sections() == wanted
    page.click_button("Save")

    saved = wait_for(tmp_path / "saved" / "labels.csv")
    shutil.copy(saved, folder / "labels.csv")
    rows = {name[0]: row for name, row in read_table(folder / "labels.csv").rows.items()}
    said = {name: (row["color"], row["color_confidence"]) for name, row in rows.items()}
    checked = {"a": "", "b": "red", "c": "red", "e": ODD, "f": "red"}
    assert said == {name: (value, "1") for name, value in checked.items()} | {"d": ("", "0.20")}
    sleeves = {name: row["sleeve"] for name, row in rows.items() if row["sleeve_confidence"] == "1"}
    assert sleeves == {"c": "short", "d": "cap"}
    with saved.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header == ["file", "group", "color", "color_confidence", "sleeve", "sleeve_confidence"]


def test_an_empty_table_is_said_to_be_none(tmp_path):
    (tmp_path / "labels.csv").touch()
    with pytest.raises(DataError, match=r"labels\.csv: no column 'file'"):
        read_table(tmp_path / "labels.csv")


def test_the_pages_need_nothing_from_outside(folder):
    pages = [*(folder / "review").iterdir()]
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("</script>") == 2  # a value of that text does not end the data early
