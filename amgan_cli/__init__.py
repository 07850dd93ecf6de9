"""amgan: change one attribute of a garment in a photo (AMGAN, ICCV 2019).

The library's entrance is `Editor`; it is resolved on first use so that importing the package
(and `amgan --help`) never loads torch.
"""

__version__ = "0.42.0"
__all__ = ["Editor", "__version__"]


def __getattr__(name: str):
    if name == "Editor":
        from amgan_cli.editing.edit import Editor

        return Editor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
