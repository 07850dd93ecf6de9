"""Garments of a strong pattern become plain by the light and shade that a network sees."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from typer.testing import CliRunner

from amgan_cli import Editor
from amgan_cli.catalogue import counterfactual, render, sample_garment
from amgan_cli.checkpoint import save_network
from amgan_cli.cli import app
from amgan_cli.editing.apply import apply_plan
from amgan_cli.editing.patterns.bare import BARE_SIDE, Bare
from amgan_cli.editing.plan import Covering
from amgan_cli.editing.request import EditRequest
from amgan_cli.nets.shading_network import NOTE, ShadingNetwork

SIZE = 300, 400
CUT = {"collar": "round", "fastening": "no closure", "sleeve": "long", "background": "wood"}
CHECKED = sample_garment(45, color="blue", pattern="checked", **CUT)
SEAM = slice(130, 138)
"""Columns of a photo."""


class Told(ShadingNetwork):
    """Says that there is a dark seam in the photo's SEAM, and no print."""

    def __init__(self) -> None:
        super().__init__()
        self.sides: list[int] = []
        """Of the squares that it saw."""

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        self.sides.append(mask.shape[-1])
        photo = torch.zeros(1, 1, SIZE[1], SIZE[1])
        left = (SIZE[1] - SIZE[0]) // 2  # of the photo in the square
        photo[..., left + SEAM.start : left + SEAM.stop] = -0.4
        shading = F.interpolate(photo, mask.shape[2:], mode="bilinear")
        return torch.cat([shading, torch.full_like(shading, -9)], dim=1)


@pytest.fixture(scope="module")
def editor() -> Editor:
    return Editor.load(device="cpu")


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return render(CHECKED, SIZE).image


@pytest.fixture(scope="module")
def torso() -> np.ndarray:
    mask = (render(CHECKED, SIZE).masks["torso"] > 128).astype(np.uint8)
    return cv2.erode(mask, np.ones((25, 25))) > 0


def lightness(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor((picture / 255).astype(np.float32), cv2.COLOR_RGB2Lab)[..., 0]


def fine(picture: np.ndarray, where: np.ndarray) -> np.ndarray:
    """How much lighter each place is than around it."""
    light = lightness(picture)
    return (light - cv2.GaussianBlur(light, (0, 0), 10))[where]


@pytest.mark.parametrize(("seed", "pattern"), [(5, "striped"), (11, "checked")])
def test_it_looks_as_the_same_garment_of_plain_cloth(editor, seed, pattern):
    garment = sample_garment(seed, color="blue", pattern=pattern, sleeve="long")
    before, truth = (
        render(each, (480, 640)) for each in (garment, counterfactual(garment, "pattern", "plain"))
    )
    inside = cv2.erode((before.masks["garment"] > 128).astype(np.uint8), np.ones((13, 13))) > 0
    after = editor.edit(before.image, {"pattern": "plain"}).pixels
    wanted = fine(truth.image, inside)
    was, now = (fine(each, inside) for each in (before.image, after))
    assert np.corrcoef(now, wanted)[0, 1] > np.corrcoef(was, wanted)[0, 1] + 0.2
    assert np.abs(now - wanted).mean() < 0.6 * np.abs(was - wanted).mean()


@pytest.mark.parametrize("value", ["plain", "dots"])
def test_what_the_network_says_shows_on_the_garment(editor, photo, torso, value):
    edited = replace(editor, shading=Told()).edit(photo, {"pattern": value}).pixels
    light, rows = lightness(edited), np.flatnonzero(torso[:, SEAM].all(axis=1))
    middle = np.median(light[rows][:, SEAM.start + 2 : SEAM.stop - 2])
    beside = np.median(light[rows][:, SEAM.stop + 4 : SEAM.stop + 12])
    assert middle + 16 == pytest.approx((beside + 16) * np.exp(-0.4), rel=0.06)


@pytest.mark.parametrize(
    ("value", "shown"), [("print", {}), ("colorblock", {}), ("stripes", {"pattern": "plain"})]
)
def test_it_is_asked_for_prints_alone_where_the_cloth_stays(editor, photo, value, shown):
    network = Told()
    replace(editor, shading=network).edit(photo, {"pattern": value}, shown=shown)
    assert network.sides == [448, 224]


@pytest.mark.parametrize(
    ("pattern", "asked"),
    [("dots", [448, 224]), ("checks", [448, 224]), ("print", []), ("plain", [])],
)
def test_cloth_is_made_plain_where_its_pattern_is_all_over(editor, pattern, asked):
    photo = render(counterfactual(CHECKED, "pattern", "plain"), SIZE).image
    network = Told()
    told = replace(editor, shading=network)
    told.edit(photo, {"pattern": "stripes"}, shown={"pattern": pattern})
    assert network.sides == [448, 224, *asked]  # for prints, then for shade


@pytest.mark.parametrize(("pattern", "is_seen"), [("print", False), ("dots", True)])
def test_a_print_goes_first_and_a_pattern_does_not(editor, photo, monkeypatch, pattern, is_seen):
    logo = np.zeros((BARE_SIDE, BARE_SIDE), np.float32)
    logo[150:180, 150:180] = 1
    white, picture = (np.full((BARE_SIDE, BARE_SIDE, 3), value, np.float32) for value in (255, 0))
    printed = Covering(picture, white, logo)
    uneven = Bare(printed, False, np.zeros_like(logo))
    monkeypatch.setattr(
        "amgan_cli.editing.patterns.pattern_planning.lay_bare", lambda *seen: uneven
    )
    seen = []

    class Watching(Told):
        def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            seen.append(x)
            return super().forward(x, mask)

    told = replace(editor, shading=Watching())
    told.edit(photo, {"pattern": "plain"}, shown={"pattern": pattern})
    *_, large, _ = seen
    middle = round(165 / BARE_SIDE * 448)
    assert (float(large[0, :, middle, middle].mean()) < 0.9) == is_seen


def test_each_photo_of_a_batch_is_for_itself(editor, photo):
    request = EditRequest.of(editor.info, {"pattern": "plain"})
    nothing = np.full_like(photo, 128)
    both = [photo, nothing, photo]
    plans = editor.plan(both, [editor.fit(each) for each in both], request)
    (alone,) = editor.plan([photo], [editor.fit(photo)], request)
    flat = apply_plan(nothing, plans[1], request).pixels
    assert np.abs(flat.astype(int) - nothing).max() < 20
    for plan in (plans[0], plans[2]):
        (done,), (wanted,) = plan.parts[0].plan.steps, alone.parts[0].plan.steps
        np.testing.assert_allclose(done.z, wanted.z, atol=0.5)


def test_a_known_garment_alone_becomes_plain(editor, photo, torso):
    half = np.zeros(photo.shape[:2], np.uint8)
    half[:, :150] = 255
    mask = half * torso
    edited = editor.edit(photo, {"pattern": "plain"}, garment=mask)
    changed = np.abs(edited.pixels.astype(int) - photo).max(axis=2) > 2
    inner = cv2.erode(mask, np.ones((9, 9))) > 0
    assert changed[inner].mean() > 0.9
    assert not changed[cv2.dilate(mask, np.ones((9, 9))) == 0].any()


def test_a_folder_is_done_again_with_another_network(photo_file, model_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(photo_file.read_bytes())
    weights = tmp_path / "model" / model_file.name
    weights.parent.mkdir()
    weights.write_bytes(model_file.read_bytes())
    words = ("edit", "in", "--set", "color=red", "-o", "out", "-w", weights)
    outcomes = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        save_network(weights.with_name("shading.safetensors"), ShadingNetwork(), NOTE)
        outcomes.append(CliRunner().invoke(app, list(map(str, words))).stderr)
    assert "1 done, 0 skipped" in outcomes[0] and "0 done, 1 skipped" in outcomes[1]
    assert "1 done, 0 skipped" in outcomes[2]


@pytest.fixture
def photo_file(photo, tmp_path):
    file = tmp_path / "photo.png"
    cv2.imwrite(str(file), photo[..., ::-1])
    return file
