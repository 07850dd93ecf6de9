"""What is to be done to each of many photos: the network's part, and what is sewn on by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from amgan_cli.attribute_model import AttributeModel
from amgan_cli.device import Compute
from amgan_cli.edit_square import draw_part, find_garments
from amgan_cli.editing.bare import SIDE, Bare, lay_bare
from amgan_cli.editing.cloth import dyed, matched, toned
from amgan_cli.editing.evened import evened
from amgan_cli.editing.lift import to_planes
from amgan_cli.editing.outline import SIDE as OUTLINED
from amgan_cli.editing.outline import outline_on
from amgan_cli.editing.part_plans import in_its_box, in_photo, of_whole, with_parts
from amgan_cli.editing.plan import PartPlan, Plan, Step
from amgan_cli.editing.request import EditRequest
from amgan_cli.editing.scraps import find_scraps, taken_away
from amgan_cli.editing.second_look import SecondLook
from amgan_cli.editing.sewn_sleeves import SLEEVELESS
from amgan_cli.editing.shift import SHADES
from amgan_cli.editing.tailor import tailored
from amgan_cli.editing.tidy import tidied, trimmed, unstained
from amgan_cli.editing.trims import COLLAR, COVERED, FASTENING, find_trim
from amgan_cli.equations import blend, inside_region, outside_region, region_mask
from amgan_cli.inks import Inked
from amgan_cli.model_info import ModelInfo
from amgan_cli.networks import Generator
from amgan_cli.part_view import locate, view_of
from amgan_cli.photos.geometry import Fit
from amgan_cli.vocabulary import Manipulation, exact_rgb

FIRM = 2.0, 0.2
"""Slope and offset for the attention of new shapes: half a sleeve is a ghost, not a sleeve."""

PLAIN, PICTURE = "plain", "print"
"""The pattern of cloth that has none, and the one that lies in one place."""
OVER_ALL = PICTURE, "colorblock"
"""Patterns that need no plain cloth: what is under them goes on around them."""
NOTHING = "none"
"""The value of a part that is not there."""
UNCOVER = {"neck": 0.44, "arms": 1.0}
"""Part -> share of its view, from above, where its edits may uncover ground: over the shoulders."""
COVERS = 40.0
"""By how much (0..255) ground changes where it is covered: less is the same ground, repainted."""
SAME = 25.0
"""What changes less (0..255) is still what it was."""
PLAINLY = 0.4
"""Attention this far from 0.5 says plainly what is garment and what is ground."""

Drawn = tuple[torch.Tensor, torch.Tensor, Inked | None]
"""z without ink (B x 3 x S x S in -1..1), alpha (B x 1 x S x S) and what is printed on z."""


@dataclass(frozen=True)
class Planner:
    """A generator and what it knows of itself."""

    generator: Generator
    info: ModelInfo
    device: torch.device
    attributes: AttributeModel | None = None
    """A second network that knows where garments are."""

    @torch.inference_mode()
    def plan(
        self, photos: Sequence[np.ndarray], squares: Sequence[np.ndarray], request: EditRequest
    ) -> list[Plan]:
        """Run the generator on B photos for each manipulation; those that see a part come first.

        `photos` H x W x 3 uint8 of any size; `squares` the same in the network's square, S x S x 3
        uint8 or float in 0..255. In a region everything is planned in the square.
        """
        x = _to_network(squares, self.device)
        parts: list[tuple[PartPlan, ...]] = [()] * len(x)
        second = self._second_look(photos, parts)
        steps: list[tuple[Step, ...]] = [()] * len(x)
        cloths: list[Bare | None] = [None] * len(x)
        now = dict((*request.shown, *request.manipulations))
        is_plain = dict(request.shown).get(self.info.model.inks) == PLAIN
        manipulations = request.manipulations
        if request.region is None:
            in_part = [each for each in manipulations if each[0] in self.info.model.views]
            manipulations = [each for each in manipulations if each not in in_part]
            if in_part:
                garments = self._garments(x, second)
                parts = self._plan_parts(photos, garments, in_part, request.shown)
                x_star = _to_network(list(map(with_parts, squares, photos, parts)), self.device)
                second = self._second_look(photos, parts)
                if any(self.info.model.views[name] in UNCOVER for name, _ in in_part):
                    steps, x_star = self._without_scraps(x, x_star, garments, second)
                x = x_star
            patterns = [value for name, value in manipulations if name == self.info.model.inks]
            if patterns:
                cloths = self._bare(photos, x, second, parts, patterns[0], now)
                prints = list(map(of_whole, photos, cloths))
                parts = [(*before, *each) for before, each in zip(parts, prints, strict=True)]
                x = _to_network(list(map(with_parts, _to_numpy(x), photos, prints)), self.device)
                if patterns[0] not in OVER_ALL and (patterns[0] != PLAIN or is_plain):
                    faded, x, cloths = self._faded(x, cloths, second, is_plain)
                    steps = [(*before, *each) for before, each in zip(steps, faded, strict=True)]

        within, mask, regions = inside_region, None, [None] * len(x)
        if request.region:
            within = outside_region if request.region.outside else inside_region  # Eq. 13, Eq. 12
            _, region, _ = self._draw(x, request.region.manipulation)
            mask, regions = region_mask(region, request.threshold), _to_numpy(region)  # alpha_1*
        doubts = [0.0] * len(x)
        for i, manipulation in enumerate(manipulations):
            of_photos, manipulated = self._steps(x, manipulation, request.raw, second)
            if i == 0 and request.region is None:
                doubts = list(map(_doubt, of_photos))
            if manipulation[0] == self.info.model.inks:
                pairs = zip(of_photos, cloths, strict=True)
                turns = now.get("sleeve") != SLEEVELESS and manipulation[1] != PICTURE
                of_photos = [
                    _on_own_cloth(replace(step, turns=turns), cloth, manipulation[1], is_plain)
                    for step, cloth in pairs
                ]
                cloths = [None] * len(x)  # a second pattern lies on the first
            steps = [(*before, step) for before, step in zip(steps, of_photos, strict=True)]
            x = manipulated if mask is None else within(mask, manipulated, x)
        return [Plan(*each) for each in zip(steps, regions, parts, doubts, strict=True)]

    def _plan_parts(
        self,
        photos: Sequence[np.ndarray],
        garments: np.ndarray,
        manipulations: list[Manipulation],
        shown: tuple[Manipulation, ...],
    ) -> list[tuple[PartPlan, ...]]:
        """Each manipulation in its own view of each of B photos, which show what is `shown`.

        `garments` (B x S x S in 0..1) are where they lie in the square.
        """
        parts: list[tuple[PartPlan, ...]] = [()] * len(photos)
        for manipulation in manipulations:
            sewn = self._sewn(photos, garments, manipulation, dict(shown))
            rest = [i for i, each in enumerate(sewn) if each is None]
            others = [photos[i] for i in rest]
            drawn = iter(self._drawn(others, garments[rest], manipulation) if rest else ())
            parts = [(*done, each or next(drawn)) for done, each in zip(parts, sewn, strict=True)]
        return parts

    def _sewn(
        self,
        photos: Sequence[np.ndarray],
        garments: np.ndarray,
        manipulation: Manipulation,
        shown: Mapping[str, str],
    ) -> list[PartPlan | None]:
        """A manipulation on the photos on which it can be cut or sewn; None for the others."""
        part, size = self.info.model.views[manipulation[0]], self.info.model.view_size
        sewn = (
            tailored(photo, garment, manipulation, part, shown, size, self._look)
            for photo, garment in zip(photos, garments, strict=True)
        )
        return [each and in_its_box(*each, p) for each, p in zip(sewn, photos, strict=True)]

    def _drawn(
        self, photos: Sequence[np.ndarray], garments: np.ndarray, manipulation: Manipulation
    ) -> list[PartPlan]:
        """A manipulation as the network draws it in its own view of each photo."""
        size, fine = garments.shape[-1], self.info.model.view_size
        part, bodices = self.info.model.views[manipulation[0]], list(map(locate, garments))
        placed = [in_photo(b, p, size) for b, p in zip(bodices, photos, strict=True)]
        views = [view_of(b, part, p.shape) for b, p in zip(placed, photos, strict=True)]
        cuts = [view.cut(p, fine) for view, p in zip(views, photos, strict=True)]
        seen = _to_network(cuts, self.device)
        steps, _ = self._steps(seen, manipulation, raw=False, second=None, whole=False)
        mends = manipulation[1] == NOTHING
        if garments.any() and (mends or part in UNCOVER):
            near = [view_of(bodice, part, (size, size)) for bodice in bodices]
            cloth = [view.cut(g, fine, 0) for view, g in zip(near, garments, strict=True)]
            seen_on = zip(steps, cloth, strict=True)
            steps = [replace(step, garment=each, mends=mends) for step, each in seen_on]
        if garments.any() and part in UNCOVER:
            steps = [_reshaping(unstained(step), UNCOVER[part]) for step in steps]
            if part == "neck":  # of arms most that is drawn is ground
                steps = [matched(dyed(step)) for step in steps]
            else:
                steps = [tidied(trimmed(step)) for step in steps]
            steps = list(map(toned, steps))
        return list(map(in_its_box, ((step,) for step in steps), views, photos))

    def _without_scraps(
        self,
        x: torch.Tensor,
        x_star: torch.Tensor,
        garments: np.ndarray,
        second: SecondLook | None,
    ) -> tuple[list[tuple[Step, ...]], torch.Tensor]:
        """Steps that take away what x* left of the `garments` of x beside them, and x* without."""
        steps: list[tuple[Step, ...]] = []
        pictures, edited = _to_numpy(x), _to_numpy(x_star)
        seen = zip(pictures, edited, garments, self._garments(x_star, second), strict=True)
        for i, (before, after, old, new) in enumerate(seen):
            is_same = np.abs(after - before).max(axis=2) < SAME
            left = np.where(is_same, old, new > 0.5)
            scraps = find_scraps(old, left)
            if scraps is None:
                steps.append(())
                continue
            step = taken_away(after, left, scraps)
            edited[i] = blend(step.alpha[..., None], step.z, step.x)
            steps.append((step,))
        return steps, _to_network(list(edited), self.device)

    def _bare(
        self,
        photos: Sequence[np.ndarray],
        x: torch.Tensor,
        second: SecondLook | None,
        parts: Sequence[tuple[PartPlan, ...]],
        value: str,
        shown: Mapping[str, str],
    ) -> list[Bare | None]:
        """What is cloth and what is print in each of the photos, after its `parts` are done, and
        what the pattern `value` spares of what is `shown` then.

        x are the photos then, in the square.
        """
        found: list[Bare | None] = []
        garments = self._garments(x, second)
        for photo, seen, garment, before in zip(photos, _to_numpy(x), garments, parts, strict=True):
            small, middle, fine = (Fit.of(photo, size) for size in (len(garment), OUTLINED, SIDE))
            there = to_planes(middle.inside(with_parts(middle.to_square(photo), photo, before)))
            outline = outline_on(there, to_planes(small.inside(seen)), small.inside(garment))
            outline = fine.placed(outline)
            picture = with_parts(fine.to_square(photo), photo, before)
            bare = lay_bare(picture, outline, shown.get(FASTENING[0]) != FASTENING[1])
            if bare is not None and value not in COVERED:
                collar, fastening = (
                    find_trim(picture, garment, self.info, trim, self._look, shown.get(trim[0]))
                    for trim in (COLLAR, FASTENING)
                )
                bare = bare.around(collar, fastening)
            found.append(bare)
        return found

    def _faded(
        self,
        x: torch.Tensor,
        cloths: Sequence[Bare | None],
        second: SecondLook | None,
        is_plain: bool,
    ) -> tuple[list[tuple[Step, ...]], torch.Tensor, list[Bare | None]]:
        """Steps that make cloth plain of which no print but a pattern of its own is known, and x
        and what is known of all `cloths` after them; cloth that `is_plain` but for gloss and folds
        needs none."""
        is_known = [cloth is not None for cloth in cloths]
        if all(is_known) or PLAIN not in self.info.vocabulary.targets(self.info.model.inks):
            return [()] * len(x), x, list(cloths)
        now_plain = Bare(None, True, np.zeros(x.shape[2:], np.float32))
        known: list[Bare | None] = [cloth or now_plain for cloth in cloths]
        if is_plain:
            return [()] * len(x), x, known
        steps, plain = self._steps(x, (self.info.model.inks, PLAIN), raw=False, second=second)
        x = torch.where(torch.tensor(is_known, device=x.device)[:, None, None, None], x, plain)
        faded = [() if done else (step,) for done, step in zip(is_known, steps, strict=True)]
        return faded, x, known

    def _look(self, view: np.ndarray, manipulation: Manipulation) -> Step:
        """What a manipulation would do to a view of its part, V x V x 3 in 0..255."""
        seen = _to_network([view], self.device)
        (step,), _ = self._steps(seen, manipulation, raw=False, second=None, whole=False)
        return step

    def _steps(
        self,
        x: torch.Tensor,
        manipulation: Manipulation,
        raw: bool,
        second: SecondLook | None,
        whole: bool = True,
    ) -> tuple[list[Step], torch.Tensor]:
        """One manipulation of B pictures, and what they are after it; `whole`: no parts."""
        kind = recolors, fills, *_ = _kind(self.info, *manipulation)
        draw = self._draw if whole else self._draw_here
        ground, alpha, inked = draw(x, self.info.nearest(manipulation))
        if manipulation == (self.info.model.inks, PLAIN) and not raw:  # the network leaves ghosts
            drawn = zip(*map(_to_numpy, (ground, x, alpha)), strict=True)
            ground = _to_network([evened(*each) for each in drawn], self.device)
        z = ground if inked is None else inked.over(ground, alpha)
        if not fills:
            alpha = (FIRM[0] * alpha - FIRM[1]).clip(0, 1)
        prints = None if recolors or not fills else inked  # at the photo's own size
        pictures = map(_to_numpy, (x, z if prints is None else ground, alpha))
        steps = [
            Step(before, drawn, attended, *kind)
            for before, drawn, attended in zip(*pictures, strict=True)
        ]
        if prints is not None:
            steps = [replace(step, inked=prints.one(i)) for i, step in enumerate(steps)]
        if fills and second is not None:
            found = second.settled(alpha, [step.x for step in steps])
            steps = [replace(step, found=each) for step, each in zip(steps, found, strict=True)]
        if whole and not fills and self.info.color_attribute in self.info.vocabulary.attributes:
            where = zip(steps, self._garments(x, second), strict=True)
            steps = [replace(step, garment=each) for step, each in where]
        return steps, z if raw else blend(alpha, z, x)  # Eq. 1

    def _garments(self, x: torch.Tensor, second: SecondLook | None = None) -> np.ndarray:
        """Where the garments are, B x S x S in 0..1; `second` is what another network says."""
        first = find_garments(self.generator, self.info, x, Compute(self.device, False))
        if second is None or not first.any():
            return first
        return np.stack(second.settled(torch.from_numpy(first)[:, None], list(_to_numpy(x))))

    def _second_look(
        self, photos: Sequence[np.ndarray], parts: Sequence[tuple[PartPlan, ...]]
    ) -> SecondLook | None:
        """Where garments are in photos whose `parts` are done, by the attribute network."""
        if self.attributes is None or not self.attributes.knows_garments:
            return None
        side, size = self.attributes.network.input_size, self.info.model.image_size
        fitted = (Fit.of(photo, side).to_square(photo) for photo in photos)
        seen = _to_network(list(map(with_parts, fitted, photos, parts)), self.device)
        fits = [Fit.of(photo, size) for photo in photos]
        return SecondLook.of(self.attributes, seen, fits)

    def _draw(self, x: torch.Tensor, manipulation: Manipulation) -> Drawn:
        """What the generator draws, of a part too, in the square."""
        if manipulation[0] in self.info.model.views:
            compute = Compute(self.device, bfloat16=False)
            return *draw_part(self.generator, self.info, x, manipulation, compute), None
        return self._draw_here(x, manipulation)

    def _draw_here(self, x: torch.Tensor, manipulation: Manipulation) -> Drawn:
        """What the generator draws on x as it is."""
        condition = torch.tensor([self.info.vocabulary.encode(*manipulation)], device=self.device)
        return self.generator.draw(x, condition.expand(len(x), -1))


def _doubt(step: Step) -> float:
    """What two networks together leave open of where a whole garment is: `Plan.doubt`."""
    if step.found is None:
        return 0.0
    is_open, area = np.abs(step.found - 0.5) < PLAINLY, max(1, (step.found > 0.5).sum())
    return float(is_open.sum() / np.sqrt(area) / len(step.found))


def _reshaping(step: Step, above: float) -> Step:
    """The step, which knows its garment, told where it may take some of it away.

    `above` is the share of the square where it may; an edit that covers more ground there than
    cloth, as a new hood does, takes nothing.
    """
    assert step.garment is not None
    garment, size = step.garment, len(step.garment)
    may_go = (np.arange(size)[:, None] < above * size) * np.ones(size, np.float32)
    painted = (step.alpha > 0.5) * may_go
    covers = (garment < 0.1) & (np.abs(step.z - step.x).max(axis=2) > COVERS)
    if (painted * covers).sum() > (painted * (garment > 0.3)).sum():
        may_go = np.zeros_like(may_go)
    return replace(step, may_go=may_go)


def _on_own_cloth(step: Step, cloth: Bare | None, value: str, is_plain: bool) -> Step:
    """The step of a pattern, which leaves the garment's cloth as it is where that is known.

    Where cloth is to be plain and is not, or no print was found, the network may still fade it
    unless the photo shows that it `is_plain`.
    A picture or a block of colour lies on any cloth.
    """
    if cloth is None and value in OVER_ALL:
        return replace(step, spared=np.zeros_like(step.alpha), figured=True)
    fades = value == PLAIN and not is_plain
    if cloth is None or (fades and (cloth.step is None or not cloth.is_plain)):
        return step
    return replace(step, spared=cloth.spared)


def _kind(
    info: ModelInfo, attribute: str, value: str
) -> tuple[bool, bool, tuple[int, int, int] | None, tuple[int, int, int] | None]:
    """`recolors`, `fills`, `exact_rgb` and `shade` of a manipulation's step."""
    if attribute != info.color_attribute:
        return False, not info.is_shape(attribute), None, None
    return True, True, exact_rgb(value), SHADES.get(value.lower().replace(" ", ""))


def _to_network(squares: Sequence[np.ndarray], device: torch.device) -> torch.Tensor:
    """B x S x S x 3 in 0..255 to B x 3 x S x S in -1..1."""
    x = torch.from_numpy(np.stack(squares).astype(np.float32)).permute(0, 3, 1, 2)
    return (x / 127.5 - 1).to(device)


def _to_numpy(batch: torch.Tensor) -> np.ndarray:
    """Pictures B x 3 x S x S in -1..1 to B x S x S x 3 in 0..255, masks to B x S x S."""
    array = batch.permute(0, 2, 3, 1).cpu().numpy()
    return array[..., 0] if array.shape[3] == 1 else (array + 1) * 127.5
