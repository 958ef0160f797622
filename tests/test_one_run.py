"""The figure and the film of one run."""

import json
import re
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from command import sim
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from sim import InputError, load_scenario, simulate
from sim.cli.app import app
from sim.events import events, most_important
from sim.figures import film
from sim.figures.film import Film, check_film, layout, write_film
from sim.figures.run import MOST_REPORTED, one_run
from sim.figures.style import styled
from sim.trace import NEXT_IN_LINE, TAKING_PART, trace

pytestmark = pytest.mark.once

RUNS = [("retrofit", 7), ("greenfield", 1)]


def drawn(design, seed, listed=None):
    scenario = load_scenario("mountain_view", design)
    run = simulate(scenario, seed)
    weekly = run.weekly()
    listed = events(weekly, scenario) if listed is None else listed
    figure = one_run(weekly, listed, scenario.population.families, "Title", "One run, seed 7.", run.variables)
    return figure, listed


def boxes(figure):
    """Boxes in pixels, with a little taken off, of all texts that are seen, and of legends."""
    with styled():
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        seen = []
        for axes in figure.axes:
            seen += [axes.title, axes._left_title, *axes.texts]
            seen += [axes.get_legend()] if axes.get_legend() else []
            if axes.axison:
                low, high = axes.get_ylim()
                ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
                seen += [axes.yaxis.label, *(name for place, name in ticks if low <= place <= high)]
        named = [(artist.get_text() if hasattr(artist, "get_text") else "legend", artist) for artist in seen]
        return [(name, artist.get_window_extent(renderer).padded(-0.5)) for name, artist in named if name]


def overlapping(figure):
    return [(a, b) for (a, one), (b, other) in combinations(boxes(figure), 2) if one.overlaps(other)]


def outside(figure):
    return [name for name, box in boxes(figure) if box.x1 > figure.bbox.width or box.y0 < 0]


@pytest.mark.parametrize(("design", "seed"), RUNS)
@pytest.mark.longer
def test_nothing_overlaps_and_each_event_is_reported(design, seed):
    figure, listed = drawn(design, seed)
    assert overlapping(figure) == []
    assert outside(figure) == []
    reported = " ".join(text.get_text() for text in figure.axes[-1].texts)
    for event in most_important(listed, MOST_REPORTED)["event"]:
        assert set(event.split()) <= set(reported.split())


@pytest.mark.longer
def test_a_long_story_is_cut_and_still_fits():
    words = "WWWW on record against it " * 5
    crowded = pd.DataFrame({"week": np.arange(1, 41), "party": "board", "event": words, "rank": 3})
    crowded.loc[30:33, "rank"] = 1
    figure, _ = drawn("opt_out", 3, crowded)
    assert overlapping(figure) == []
    assert outside(figure) == []
    marked = {text.get_text() for text in figure.axes[0].texts}
    assert len(marked) == MOST_REPORTED
    assert {"31", "32", "33", "34"} <= marked
    assert f"Told are {MOST_REPORTED} of 40 events" in " ".join(text.get_text() for text in figure.texts).replace(
        "\n", " "
    )


SMALL = {"population.families": 60, "population.schools": 3, "horizon.weeks": 5}


@pytest.fixture(scope="module")
def traced():
    scenario = load_scenario("mountain_view", "retrofit").revise(SMALL)
    reported = trace(scenario, 3)
    return reported, events(reported.run.weekly(), scenario)


@pytest.mark.longer
def test_a_film_has_a_frame_a_week_and_keeps_its_colours(traced, tmp_path):
    reported, listed = traced
    for name in ("one.gif", "two.gif"):
        write_film(tmp_path / name, reported, listed, "Title", "One run, seed 3.")
    with Image.open(tmp_path / "one.gif") as shown:
        assert shown.n_frames == len(reported.run.weekly())
        frames = []
        for frame in range(shown.n_frames):
            shown.seek(frame)
            frames.append(np.asarray(shown.convert("RGB")))
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "two.gif").read_bytes()
    assert all((one != other).any() for one, other in pairwise(frames))
    # The key shows every class of attitude; a palette chosen by what is frequent would lose some.
    classes = np.round(255 * film._ATTITUDE(np.arange(film._ATTITUDE.N))[:, :3])
    seen = np.unique(frames[-1].reshape(-1, 3), axis=0)
    assert all(np.abs(seen - each).sum(axis=1).min() <= 6 for each in classes)
    assert (frames[0][0, 0] == 255).all()


def test_a_frame_shows_the_week(traced):
    reported, listed = traced
    shown = Film(reported, listed, "Title", "One run, seed 3.")
    weekly = reported.run.weekly()
    for week in (1, int(weekly.index[-1])):
        shown.show(week)
        _, taking_part, _, coming, *_, voices = shown.people
        assert len(taking_part.get_offsets()) == (reported.stage[week - 1] == TAKING_PART).sum()
        assert len(coming.get_offsets()) == (reported.stage[week - 1] == NEXT_IN_LINE).sum()
        assert len(voices.get_offsets()) == reported.voice[week - 1].sum()
        assert shown.heading.get_text() == f"Week {week} of {len(weekly)}"
        assert f"{weekly.at[week, 'taking_part']:.0f} families take part" in shown.counts.get_text()
        newest = listed[listed["week"] <= week].iloc[-1]
        assert " ".join(shown.happened.get_text().split()).startswith(
            f"What happened, newest first: week {newest['week']}: {newest['event']}"
        )
    assert overlapping(shown.figure) == []
    assert outside(shown.figure) == []


@pytest.mark.skipif(not film.FFMpegWriter.isAvailable(), reason="no ffmpeg")
def test_a_film_is_an_mp4_where_ffmpeg_is(traced, tmp_path):
    write_film(tmp_path / "one.mp4", *traced, "Title", "One run, seed 3.")
    assert (tmp_path / "one.mp4").read_bytes()[4:8] == b"ftyp"


def test_no_family_hides_another(traced):
    reported, _ = traced
    places = layout(reported.school, reported.achievement, reported.contacts)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(len(places))
    assert apart.min() > 0.3 / len(places) ** 0.5
    assert ((places > 0) & (places < 1)).all()
    for school in range(3):
        own = reported.school == school
        # Columns are in the order of prior achievement.
        x, achievement = places[own, 0], reported.achievement[own]
        columns = [achievement[x == column] for column in np.unique(x)]
        assert all(one.max() <= other.min() for one, other in pairwise(columns))


def test_what_cannot_be_filmed_is_reported_before_the_run(tmp_path, monkeypatch):
    check_film(tmp_path / "a.gif", film.MOST_FAMILIES)
    with pytest.raises(InputError, match=r"2,501 families, too many to tell apart; accepted: .*at most 2,500"):
        check_film(tmp_path / "a.gif", film.MOST_FAMILIES + 1)
    monkeypatch.setattr(film.FFMpegWriter, "isAvailable", classmethod(lambda cls: False))
    with pytest.raises(InputError, match=r"--animate = .*a\.mp4: .*ffmpeg, .* accepted: a name that ends in \.gif"):
        check_film(tmp_path / "a.mp4", 10)


@pytest.mark.slow
def test_the_command_draws_and_films(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(
        'schema = 2\nextends = "mountain_view"\nname = "small"\n[population]\nfamilies = 40\n[horizon]\nweeks = 4\n'
    )
    asked = ["--seed", "3", "--plot", "a.png", "--animate", "a.gif", "--out", "out", "--json"]
    app(["run", "small.toml", *asked], standalone_mode=False)
    run = json.loads(capsys.readouterr().out)
    assert run["story"][-1].startswith("week 4: ")
    # The folder's figure is the same one.
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "out/run.png").read_bytes()
    with Image.open(tmp_path / "a.gif") as shown:
        assert shown.n_frames == len(run["weekly"]) == 4


BAD = [
    ("--plot", "a.jpg", "a name that ends in .png, .pdf or .svg"),
    ("--animate", "a.avi", "a name that ends in .gif or .mp4"),
    ("--animate", "nowhere/a.gif", "a file in a folder that exists"),
]


@pytest.mark.parametrize(("option", "name", "accepted"), BAD)
def test_a_file_that_cannot_be_made_is_refused(option, name, accepted, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=rf"^{option} = {re.escape(name)}: .*accepted: {re.escape(accepted)}$"):
        app(["run", "mountain_view", option, name], standalone_mode=False)


def test_the_refusal_is_one_line(tmp_path):
    option, name, accepted = BAD[1]
    done = sim("run", "mountain_view", option, name, code=2, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("", f"error: {option} = {name}: accepted: {accepted}\n")
