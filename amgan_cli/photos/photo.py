"""A photo: its pixels for the network, and what is needed to give the same kind of file back."""

import io
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from amgan_cli.errors import PhotoError
from amgan_cli.files import printable, write_whole
from amgan_cli.photos.formats import SaveOptions, check_format
from amgan_cli.photos.metadata import Metadata
from amgan_cli.photos.profile import SRGB, ColourSpace
from amgan_cli.photos.strips import as_uint8, strips


@dataclass(frozen=True)
class Source:
    """How the file was compressed, so that the result can be compressed alike."""

    format: str = ""
    """Pillow's name: JPEG, PNG, WEBP, TIFF, AVIF, GIF ..."""
    tables: tuple[tuple[int, ...], ...] = ()
    """JPEG quantisation tables, 64 numbers in rows, for the upright picture."""
    subsampling: int = 0
    """JPEG chroma: 0 = 4:4:4, 1 = 4:2:2, 2 = 4:2:0."""
    progressive: bool = False
    lossless: bool = False
    """WebP without loss."""
    compression: str = ""
    """Of a TIFF, as Pillow calls it."""
    indexed: bool = False
    """Whether it had a palette."""


@dataclass(frozen=True)
class Photo:
    """Upright RGB pixels in sRGB with what the file carried beside them."""

    pixels: np.ndarray
    """HxWx3 uint8, or uint16 (0..65535) of a file with 16 bits a channel; sRGB."""
    alpha: np.ndarray | None = None
    """HxW transparency of the same dtype (0 = clear), given back by formats that have it."""
    stored: np.ndarray | None = None
    """The file's own numbers, HxWxC or HxW, in `space`; None where `pixels` are those."""
    space: ColourSpace = SRGB
    metadata: Metadata = field(default_factory=Metadata)
    source: Source = field(default_factory=Source)
    notes: tuple[str, ...] = ()
    """What a user should know, a line each: `first of 12 pictures`."""
    pages: int = 1
    """Pictures in the file, of which this is the first."""

    @property
    def pixels8(self) -> np.ndarray:
        """`pixels` as HxWx3 uint8, which is what the network sees."""
        return as_uint8(self.pixels)

    def with_pixels(self, pixels: np.ndarray) -> "Photo":
        """The same photo with other pixels of the same size and dtype."""
        return self.with_edit(pixels, np.ones(pixels.shape[:2], np.float32))

    def with_edit(self, pixels: np.ndarray, attention: np.ndarray) -> "Photo":
        """The photo edited: HxWx3 `pixels` as `self.pixels`, HxW `attention` in 0..1.

        Where attention is 0 or the pixel is as it was, the file's own number stays, bit for bit.
        Elsewhere it is converted from sRGB, and what sRGB could not show of it (a wider gamut,
        the black ink of CMYK) fades out with the attention.
        """
        new, stored, grey = pixels, None if self.stored is None else self.stored.copy(), True
        for rows in strips(len(pixels)):
            differs, open_ = _differ(self.pixels[rows], pixels[rows]), attention[rows] > 0
            if (differs & ~open_).any():
                new = pixels.copy() if new is pixels else new
                new[rows][~open_] = self.pixels[rows][~open_]
            changed = differs & open_
            if stored is None or not changed.any():
                continue
            before, after = self.pixels[rows][changed], pixels[rows][changed]  # N x 3
            grey = grey and not _differ(after, after[:, :1]).any()
            own, alpha = stored[rows][changed], attention[rows][changed]
            stored[rows][changed] = self._back(before, after, own, alpha)
        if self.space.mode == "L" and not grey:
            note = "the grey photo is a colour photo (sRGB) now"
            space = ColourSpace()
            return replace(self, pixels=new, stored=None, space=space, notes=(*self.notes, note))
        return replace(self, pixels=new, stored=stored)

    def _back(
        self, before: np.ndarray, after: np.ndarray, stored: np.ndarray, alpha: np.ndarray
    ) -> np.ndarray:
        """N edited sRGB colours in the file's own numbers, N x C or N."""
        in_sight, target = (self.space.from_srgb(x[None])[0] for x in (before, after))
        hidden = stored - in_sight.astype(np.float32)
        back = target + (hidden.T * (1 - alpha)).T
        return np.rint(back.clip(0, np.iinfo(stored.dtype).max)).astype(stored.dtype)


def _differ(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where two arrays ...x3 are not the same colour (`any` over 3 numbers is slow)."""
    unlike = a != b
    return unlike[..., 0] | unlike[..., 1] | unlike[..., 2]


def read_photo(path: Path) -> Photo:
    """Read a file upright; raise PhotoError in one line when it is no readable photo."""
    from amgan_cli.photos.decode import decode_photo

    name = printable(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        what = "a link to no file" if path.is_symlink() else "no such file; check the name"
        raise PhotoError(f"{name}: {what}") from None
    except IsADirectoryError:
        raise PhotoError(f"{name}: a folder, not a photo") from None
    except OSError as error:
        raise PhotoError(f"{name}: cannot be read ({error.strerror or error})") from None
    return decode_photo(data, name)


def write_photo(path: Path, photo: Photo, options: SaveOptions | None = None) -> None:
    """Write beside `path` and rename; raise OutputError when the folder or disk refuses."""
    from amgan_cli.photos.encode import encode_photo

    options = options or SaveOptions()
    write_whole(path, encode_photo(photo, options.format_of(path), options))


def write_mask(path: Path, mask: np.ndarray) -> None:
    """Save an attention mask (HxW in 0..1) as a grey picture; errors as `write_photo`."""
    write_image(path, Image.fromarray(np.rint(mask * 255).astype(np.uint8)))


def write_image(path: Path, image: Image.Image, **options: int) -> None:
    """Save any picture, encoded as Pillow does with its `options`; errors as `write_photo`."""
    encoded = io.BytesIO()  # Pillow takes a write that a full disk cut short for a whole one
    image.save(encoded, check_format(path), **options)
    write_whole(path, encoded.getvalue())
