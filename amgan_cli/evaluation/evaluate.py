"""The story of `amgan evaluate`: runs and a data set in, a report of all metrics out."""

from pathlib import Path

from rich.console import Console

from amgan_cli.config import Config
from amgan_cli.evaluation.fid import frechet_distance
from amgan_cli.evaluation.intervals import bootstrap
from amgan_cli.evaluation.judge import Judge, look_at_photos, right_on_photos
from amgan_cli.evaluation.measure import TOP, measure_nothing, measure_run
from amgan_cli.evaluation.rendered import measure_cases, render_cases
from amgan_cli.evaluation.report import Report, report_run
from amgan_cli.evaluation.setup import Setup
from amgan_cli.training.attribute_training import obtain_attribute_network

JUDGE_SEED = 1_000
"""Added to the training seed: the judge shares no batch order with a model's net, and no
start that is from scratch."""


def evaluate(
    setup: Setup,
    data: str,
    judge_file: Path,
    config: Config,
    rendered: int,
    seed: int,
    console: Console,
) -> Report:
    """Measure every run of `setup` on its test photos, and on `rendered` garments.

    `judge_file` holds the independent attribute network; it is trained there on the training
    split if it does not exist. The same seed gives the same figures.
    """
    vocabulary, dataset = setup.vocabulary, setup.largest
    judge_seed = config.training.seed + JUDGE_SEED
    network = obtain_attribute_network(
        judge_file, dataset, config, setup.compute, judge_seed, console
    )
    judge = Judge(network, vocabulary, setup.compute)
    photos = look_at_photos(judge, dataset, judge_file)

    sizes = {run.info.model.image_size for run in setup.runs} if rendered else ()
    cases = {size: render_cases(vocabulary, rendered, size, seed) for size in sizes}
    reports, unedited = [], None
    for run in setup.runs:
        edits, moments = measure_run(
            run.generator, run.info, setup.photos_of(run), setup.rows, judge, photos
        )
        unedited = unedited or measure_nothing(edits, photos)  # of the first run's photos
        tables = [edits]
        if rendered:
            garments = cases[run.info.model.image_size]
            tables.append(measure_cases(run.generator, run.info, garments, setup.compute))
        fid = frechet_distance(moments, photos.moments)
        reports.append(report_run(run.name, run.info.steps, tables, vocabulary, fid, seed))
    assert unedited is not None, "there is a run at least"
    test = dataset.rows(test=True)
    right = right_on_photos(photos, test)
    settings = {
        "seed": seed,
        "test_photos": len(test),
        "edited_photos": len(setup.rows),
        "gallery_photos": len(photos.labels),
        "top_k": TOP,
        "features_variance_kept": photos.projection.kept,
        "fid_features": f"avg_pool of the judge, {len(photos.moments.total)} values",
        "judge": str(judge_file),
        "judge_seed": judge_seed,
        "rendered_garments": rendered,
    }
    return Report(
        data,
        settings,
        dict(vocabulary.attributes),
        {name: bootstrap(right[:, m], test, seed=seed) for m, name in enumerate(vocabulary.names)},
        reports,
        report_run("no edit", 0, [unedited], vocabulary, 0.0, seed),
    )
