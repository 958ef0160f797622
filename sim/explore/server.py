"""The server of the live page: Starlette, on this machine only unless told otherwise.

A page asks for ``/live`` with its state in the query, and numbers come as server-sent events while
the runs are made. A newer request of the same tab abandons the older one's work. Whatever is
computed passes a gate of its kind, and is abandoned when its client leaves.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.calibration.similar import most_like
from sim.casebook.drawing import Values
from sim.casebook.standing import STANDING, standing_of
from sim.diagnose import diagnose
from sim.draws import Draws, draws_named, left_by
from sim.explore import controls, downloads, initiative, spread
from sim.explore.gate import Abandoned, Busy, Gate, GoOn
from sim.explore.live import CHUNK, Kept, chunks
from sim.explore.one_run import MOST_FAMILIES, MOST_PERSON_WEEKS, one_run
from sim.explore.state import DESIGNS, DRAWN_FROM, MOST_PAIRS, Refused, State, made_of, people
from sim.explore.tally import Tally
from sim.io.errors import InputError, shown
from sim.io.provenance import package_version
from sim.io.shipped import named_file, shipped_names
from sim.outcome import VARIABLES
from sim.scenario import AS_WRITTEN, Scenario, design_names, load_scenario
from sim.scenario.load import set_by_design
from sim.scenario.remarks import remarks
from sim.statistics.quantities import MORE, words

Numbers = Callable[[Request, GoOn], Iterator[dict[str, Any]]]
"""What is so far, again and again, of what a request asks for."""

PAGE = Path(__file__).with_name("page")
LOOPBACK = ("127.0.0.1", "localhost")
LONGEST_QUERY = 8000
"""Characters of a request's query at the most."""
MOST_TABS = 8
"""Tabs whose numbers come at the same time, at the most."""
EACH = 100
"""Pairs up to which numbers come with every chunk; beyond them, every so many pairs."""
ASKED, MOST_ASKED = 6, 20_000
"""Communities that are asked where parties stand, and people in each at the most."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Guard:
    """What every request passes: one that another site makes, or whose query is too long, is
    refused, but for a link to the page that is followed; every answer says that nothing foreign
    may be loaded or framed; what fails is reported in a line.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cache-Control"] = "no-store"
            await send(message)

        headers = Headers(scope=scope)
        followed = scope["method"] == "GET" and scope["path"] == "/" and _opens_a_tab(headers)
        foreign = headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not followed
        too_long = len(scope["query_string"]) > LONGEST_QUERY
        answer: ASGIApp = self.app
        if foreign:
            answer = PlainTextResponse("asked by another site; accepted: the page itself", 403)
        elif too_long:
            answer = PlainTextResponse(f"query too long; accepted: up to {LONGEST_QUERY} characters", 414)
        try:
            await answer(scope, receive, guarded)
        except Exception as error:
            if begun:
                raise
            reported = shown(f"this failed: {type(error).__name__}: {error}")
            await PlainTextResponse(reported, 500)(scope, receive, guarded)


class Explorer:
    """What the server knows: scenarios, threads, communities that are kept, and the newest request
    of each tab.

    Parameters
    ----------
    scenarios : mapping
        File of each scenario that is offered, by name; the first is shown first.
    workers : int
        Threads that run.
    """

    def __init__(self, scenarios: Mapping[str, Path], workers: int) -> None:
        self.scenarios, self.workers = dict(scenarios), workers
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="runs")
        self.kept = Kept()
        self.newest: dict[str, asyncio.Future[None]] = {}
        self.name = uuid4().hex
        # A newer move waits, no longer than a piece of work takes, for the older one to end.
        self.tabs = Gate("tabs", MOST_TABS, 4 * MOST_TABS)
        self.words = Gate("questions", 4, 60)
        self.people = Gate("runs and diagnoses, person by person,", 2, 8)
        self.downloads = Gate("downloads of runs", 2, 4)
        self.spreads = Gate("regions", 2, 8)

    def state(self, request: Request) -> State:
        """The state that a request asks for."""
        return State.from_query(request.query_params.multi_items(), self.scenarios)

    def file(self, state: State) -> Path:
        """The file of a state's scenario."""
        return self.scenarios[state.scenario]

    def under(self, request: Request) -> tuple[Scenario, Draws | None]:
        """The scenario under the ``design`` that a request names, and the draws that go with all
        designs of its state.
        """
        state = self.state(request)
        points = {point.design_name: point for point in state.points(self.file(state))}
        design = request.query_params.get("design", state.designs[0])
        if design not in points:
            raise Refused(("design", f"design = {design[:40]!r}: accepted: {', '.join(points)}"))
        return points[design], left_by(_draws(state.parameters), list(points.values()))

    # --- what is offered --------------------------------------------------------------------------

    def alive(self, *_: Any) -> Response:
        """Which server this is: another one after it was started anew."""
        return JSONResponse({"name": self.name})

    def offers(self, *_: Any) -> Response:
        """Scenarios, designs, controls and words."""
        return JSONResponse(
            {
                "version": package_version(),
                "scenarios": [_described(name, file) for name, file in self.scenarios.items()],
                "designs": list(DESIGNS),
                "parameters": list(DRAWN_FROM),
                "groups": controls.controls(),
                "parties": {
                    name: {"label": each.label, "colour": each.colour} for name, each in VARIABLES.pressing.items()
                },
                "words": {quantity: words(quantity) for quantity in MORE},
                "asked": ASKED,
                "most_pairs": MOST_PAIRS,
                "chunk": CHUNK,
            }
        )

    def start(self, request: Request, _: GoOn) -> Response:
        """What each control of a scenario stands at, whether draws give it, which designs set it
        themselves, and what the file is called that holds what was moved.
        """
        state = self.state(request)
        file = self.file(state)
        point = load_scenario(file)
        draws = left_by(_draws(state.parameters), [point])
        return JSONResponse(
            {
                "values": controls.values(point, draws),
                "drawn": sorted(set(controls.FIELDS) & set(draws.values)) if draws and len(draws) > 1 else [],
                "set_by": {
                    design: sorted(set_by_design(file, design) & set(controls.FIELDS))
                    for design in [AS_WRITTEN, *design_names(file)]
                },
                "made": made_of(file),
            }
        )

    def standing(self, request: Request, _: GoOn) -> Response:
        """What the model has shown so far, and for the kind of programme on record that is most
        like the state's first design; and what is odd about the designs, as ``sim validate`` says.
        """
        state = self.state(request)
        points = state.points(self.file(state))
        likest = most_like(points[0])[0]
        return JSONResponse(
            {
                "said": [STANDING, f"Most like it on record: {likest.words}. {standing_of(likest.programme)}"],
                "notes": list(dict.fromkeys(note for point in points for note in remarks(point))),
            }
        )

    # --- what is run ------------------------------------------------------------------------------

    async def live(self, request: Request) -> Response:
        """Numbers as they come."""
        return StreamingResponse(self._live(request, self._numbers), media_type="text/event-stream")

    async def described_live(self, request: Request) -> Response:
        """Numbers of an initiative that is described, as they come."""
        return StreamingResponse(self._live(request, self._described_numbers), media_type="text/event-stream")

    async def _live(self, request: Request, numbers: Numbers) -> AsyncIterator[str]:
        tab = request.query_params.get("tab", "")[:64] or uuid4().hex
        if tab in self.newest:
            self.newest.pop(tab).cancel()
        elif len(self.newest) >= MOST_TABS:
            yield _event("refused", [("", f"{MOST_TABS} tabs are at work; accepted: that many at a time")])
            return
        reported: asyncio.Queue[str] = asyncio.Queue()
        loop, over = asyncio.get_running_loop(), ""

        def tell(go_on: GoOn) -> None:
            for event in _reported(numbers(request, go_on)):
                loop.call_soon_threadsafe(reported.put_nowait, event)

        try:
            with self.tabs.begun(tell) as result:
                self.newest[tab] = result
                result.add_done_callback(lambda _: self._is_over(tab, result))
                result.add_done_callback(lambda _: reported.put_nowait(over))
                while (event := await reported.get()) != over:
                    yield event
        except Busy as reason:
            yield _event("refused", _lines(reason))

    def _is_over(self, tab: str, result: asyncio.Future[None]) -> None:
        if self.newest.get(tab) is result:
            del self.newest[tab]

    def _numbers(self, request: Request, go_on: GoOn) -> Iterator[dict[str, Any]]:
        """All there is so far, again and again."""
        state = self.state(request)
        points, draws = state.points(self.file(state)), _draws(state.parameters)
        drawn = left_by(draws, points)
        tally = Tally(points, len(drawn) if drawn and len(drawn) > 1 else 0)
        for chunk in chunks(points, draws, state.seed, state.pairs, self.pool, self.kept, go_on):
            tally.add(chunk)
            if tally.pairs <= EACH or tally.pairs % EACH == 0 or tally.pairs == state.pairs:
                yield tally.summary()

    def _described_numbers(self, request: Request, go_on: GoOn) -> Iterator[dict[str, Any]]:
        """The same of an initiative that is described; with the last, what is worth finding out."""
        answers = _answers(request)
        draws, values = initiative.posterior(), dict[int, Values]()
        tally = Tally(answers.middle(), len(draws), {AS_WRITTEN: "your initiative"})
        for lived in initiative.chunks(answers, draws, self.pool, go_on):
            tally.add(lived.runs, lived.families)
            values |= lived.values
            last = tally.pairs == answers.pairs
            if tally.pairs <= EACH or tally.pairs % EACH == 0 or last:
                more = {"open": initiative.to_find_out(values, tally.by_draw(answers.designs[0]))} if last else {}
                yield tally.summary() | more

    def diagnosis(self, request: Request, go_on: GoOn) -> Response:
        """Where each stakeholder stands before the first week under a design, and its power."""
        point, draws = self.under(request)
        if people(point) > MOST_ASKED:
            raise Refused(("", f"{people(point):,} people: where parties stand is asked of up to {MOST_ASKED:,}"))
        return JSONResponse(diagnose(point, ASKED, draws, go_on).to_dict(orient="records"))

    def run(self, request: Request, go_on: GoOn) -> Response:
        """One run of a design, person by person."""
        (point, draws), text = self.under(request), request.query_params.get("run", "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Refused(("run", f"run = {text[:40]!r}: accepted: a seed, a whole number from 0"))
        seed = int(text)
        weeks = people(point) * point.horizon.weeks
        if point.simulated > MOST_FAMILIES or weeks > MOST_PERSON_WEEKS:
            reported = f"{point.simulated:,} families, {weeks:,} person-weeks: a run is shown person by person up to"
            raise Refused(("run", f"{reported} {MOST_FAMILIES:,} and {MOST_PERSON_WEEKS:,}"))
        return JSONResponse(one_run(draws.scenario(point, seed) if draws else point, seed, go_on))

    def rubric(self, *_: Any) -> Response:
        """The questions that describe an initiative."""
        return JSONResponse(initiative.form())

    def taken_over(self, request: Request, _: GoOn) -> Response:
        """The answers about the programme of a documented case."""
        return JSONResponse(initiative.taken_over(request.query_params.get("case", "")))

    def about(self, request: Request, _: GoOn) -> Response:
        """What is said of an initiative that is described, before any run."""
        return JSONResponse(initiative.about(_answers(request)))

    def regions(self, *_: Any) -> Response:
        """Regions, strategies and sliders."""
        return JSONResponse({"regions": spread.regions(), "most_seeds": spread.MOST_SEEDS})

    def spread(self, request: Request, go_on: GoOn) -> Response:
        """One seed of a region."""
        region, seed = spread.asked(request.query_params.multi_items())
        return JSONResponse(spread.spread(region, seed, go_on))

    # --- what is taken away -----------------------------------------------------------------------

    def scenario_file(self, request: Request, _: GoOn) -> Response:
        """The scenario file."""
        state = self.state(request)
        file = self.file(state)
        state.points(file)
        return _file(f"{made_of(file)}.toml", downloads.scenario_text(state, file))

    def described_file(self, request: Request, _: GoOn) -> Response:
        """The scenario file of an initiative that is described."""
        return _file(f"{initiative.NAME}.toml", initiative.scenario_file(_answers(request)))

    def answers_file(self, request: Request, _: GoOn) -> Response:
        """Its answers, as a reading of a casebook."""
        return _file(f"{initiative.NAME}.a.toml", initiative.reading_file(_answers(request)))

    def sweep_file(self, request: Request, _: GoOn) -> Response:
        """A sweep file around the point."""
        state = self.state(request)
        file = self.file(state)
        return _file(f"{made_of(file)}_sweep.toml", downloads.sweep_text(state, file, state.points(file)))

    def runs_file(self, request: Request, go_on: GoOn) -> Response:
        """The runs, as CSV."""
        state = self.state(request)
        points, draws = state.points(self.file(state)), _draws(state.parameters)
        found = chunks(points, draws, state.seed, state.pairs, self.pool, self.kept, go_on)
        return _file(f"{made_of(self.file(state))}_runs.csv", downloads.runs_table(found, state, draws), "text/csv")


def _answers(request: Request) -> initiative.Answers:
    given = [pair for pair in request.query_params.multi_items() if pair[0] != "tab"]
    return initiative.Answers.from_query(given)


def _reported(numbers: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Events of a request: ``numbers``, each with all there is so far, then ``done``; or
    ``refused``.
    """
    try:
        pairs = 0
        for each in numbers:
            pairs = each["pairs"]
            yield _event("numbers", each)
        yield _event("done", {"pairs": pairs})
    except (Refused, InputError) as reason:
        yield _event("refused", _lines(reason))
    except Abandoned:
        return
    except Exception as error:
        # Else the page would take the server for gone, and ask the same for ever.
        yield _event("refused", [("", shown(f"these runs failed: {type(error).__name__}: {error}"))])


def _opens_a_tab(headers: Headers) -> bool:
    """Whether a person goes to a page by it: no frame, no picture, no script."""
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")


@lru_cache(maxsize=len(DRAWN_FROM))
def _draws(named: str) -> Draws | None:
    return draws_named(named)


@lru_cache(maxsize=64)
def _described(name: str, file: Path) -> dict[str, Any]:
    scenario = load_scenario(file)
    return {
        "name": name,
        "title": scenario.title or name,
        "summary": scenario.summary,
        "designs": [AS_WRITTEN, *design_names(file)],
    }


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, allow_nan=False)}\n\n"


def _file(name: str, text: str, kind: str = "application/toml") -> Response:
    return Response(text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _refused(_: Request, reason: Exception) -> Response:
    return JSONResponse({"refused": _lines(reason)}, getattr(reason, "status", Refused.status))


def _busy(_: Request, reason: Exception) -> Response:
    return PlainTextResponse(str(reason), 503)


def _lines(reason: Exception) -> list[tuple[str, str]]:
    """What is wrong with a request; or with the scenario's own file, which was edited meanwhile."""
    if isinstance(reason, Refused):
        return reason.lines
    return [("", line) for line in (str(reason), *getattr(reason, "more", ()))]


def _through(gate: Gate, answer: Callable[[Request, GoOn], Response]) -> Callable[[Request], Any]:
    async def asked(request: Request) -> Response:
        return await gate.answer(request, lambda go_on: answer(request, go_on))

    return asked


def _only_got(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """An answer to GET alone: to HEAD it would be computed to be thrown away."""

    async def asked(request: Request) -> Response:
        if request.method != "GET":
            raise HTTPException(405, "accepted: GET", {"Allow": "GET"})
        return await answer(request)

    return asked


def shipped() -> dict[str, Path]:
    """File of each shipped scenario, by name."""
    return {name: named_file(name) for name in shipped_names()}


def application(scenarios: Mapping[str, Path], workers: int, hosts: tuple[str, ...] = LOOPBACK) -> Starlette:
    """The server's application.

    Parameters
    ----------
    scenarios : mapping
        File of each scenario that is offered, by name.
    workers : int
        Threads that run.
    hosts : tuple of str
        Names under which it may be asked: others are refused, so that no site on the network can
        reach it under a name of its own (DNS rebinding).
    """
    explorer = Explorer(scenarios, workers)
    answers = {
        "/alive": (explorer.words, explorer.alive),
        "/offers": (explorer.words, explorer.offers),
        "/start": (explorer.words, explorer.start),
        "/standing": (explorer.words, explorer.standing),
        "/diagnosis": (explorer.people, explorer.diagnosis),
        "/run": (explorer.people, explorer.run),
        "/scenario.toml": (explorer.words, explorer.scenario_file),
        "/sweep.toml": (explorer.words, explorer.sweep_file),
        "/runs.csv": (explorer.downloads, explorer.runs_file),
        "/regions": (explorer.words, explorer.regions),
        "/spread": (explorer.spreads, explorer.spread),
        "/rubric": (explorer.words, explorer.rubric),
        "/taken_over": (explorer.words, explorer.taken_over),
        "/about": (explorer.words, explorer.about),
        "/our_initiative.toml": (explorer.words, explorer.described_file),
        "/our_answers.toml": (explorer.words, explorer.answers_file),
    }
    asked = {path: _through(*answer) for path, answer in answers.items()}
    asked |= {"/live": explorer.live, "/described": explorer.described_live}
    return Starlette(
        routes=[
            *(Route(path, _only_got(answer)) for path, answer in asked.items()),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)), Middleware(Guard)],
        exception_handlers={Refused: _refused, InputError: _refused, Busy: _busy},
    )
