"""How the studio gets into the package: from its sources alone, with nobody's host in it, and never at any price."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from remixlab.doors.pages import built
from remixlab.doors.site import create_site
from remixlab.usecases.catalogue.availability import Sentence

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
WORDS = WEB / "src" / "lib" / "words"
STUDIO_KB, LISTEN_KB, CSS_KB, FONTS_KB = 90, 30, 16, 110
needs_build = pytest.mark.skipif(built.studio_page() is None, reason="the studio was not built on this machine")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The build hook, pointed at a folder of its own."""
    spec = importlib.util.spec_from_file_location("hatch_build_of_tests", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "BUILT", tmp_path / "studio")
    monkeypatch.setattr(module, "STAMP", tmp_path / "studio" / ".made-from")
    yield module


# ---------------------------------------------------------------- the hook


def test_without_a_node_the_package_is_built_all_the_same_and_says_so(
    hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook.shutil, "which", lambda _name: None)
    monkeypatch.setattr(hook, "NODE", "no-such-package-of-anybody==0.0.0; python_version < '3'")
    assert "is not built" in hook.build() and "plain page" in hook.build()
    assert not hook.STAMP.exists()
    with pytest.raises(hook.NoNode):
        hook.build("require")


def test_a_registry_that_does_not_answer_leaves_the_plain_page(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        hook, "find_npm", lambda _folder: ([sys.executable, "-c", "import sys; sys.exit('ENOTFOUND')"], {})
    )
    assert "ENOTFOUND" in hook.build()


def test_what_was_built_from_these_sources_is_not_built_again(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hook.BUILT.mkdir()
    hook.STAMP.write_text(hook.digest_of_sources(), encoding="utf-8")
    monkeypatch.setattr(hook, "find_npm", lambda _folder: pytest.fail("it was built again"))
    assert hook.build() == "the studio is built already"
    assert hook.build("skip") == "the studio is left out"


def test_nothing_of_others_and_nothing_that_is_made_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files", "web", "src"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("this is no git checkout")
    files = tracked.stdout.splitlines()
    assert not [f for f in files if "node_modules" in f or "pages/files/studio/" in f or f.endswith("schema.d.ts")]


def test_the_lock_file_names_no_host() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    assert len(lock["packages"]) > 30
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_every_package_is_pinned_and_none_runs_a_script_when_installed() -> None:
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    assert "ignore-scripts=true" in (WEB / ".npmrc").read_text("utf-8")


# ---------------------------------------------------------------- what was built


def sizes(suffix: str, names: set[str]) -> int:
    return sum(len(gzip.compress((built.STUDIO / name).read_bytes(), 9)) for name in names if name.endswith(suffix))


def reached_from(entry: str) -> set[str]:
    """The entry, and every file that it imports before it does anything."""
    found, waiting = set[str](), [entry]
    while waiting:
        name = waiting.pop()
        if name in found or not (built.STUDIO / name).is_file():
            continue
        found.add(name)
        text = (built.STUDIO / name).read_text("utf-8")
        waiting += [f"assets/{part}" for part in re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', text)]
    return found


@needs_build
def test_the_studio_keeps_to_its_budgets() -> None:
    everything = {path.relative_to(built.STUDIO).as_posix() for path in built.STUDIO.rglob("*") if path.is_file()}
    assert sizes(".js", everything) <= STUDIO_KB * 1024
    assert sizes(".css", everything) <= CSS_KB * 1024
    first = re.findall(r"/static/studio/(assets/[\w.-]+\.js)", (built.STUDIO / "index.html").read_text("utf-8"))
    listen = {name for entry in first for name in reached_from(entry)}
    assert sizes(".js", listen) <= LISTEN_KB * 1024, "Listen, before anything sounds"
    assert len(gzip.compress((built.FILES / "share.js").read_bytes(), 9)) <= LISTEN_KB * 1024
    words = {name for name in everything if name.endswith(".json")}
    assert len(words) == 4 and sizes(".json", words) <= 4 * 8 * 1024, "a language is a file, and only one is read"
    fonts = sum(path.stat().st_size for path in (built.FILES / "fonts").glob("*.woff2"))
    assert fonts <= FONTS_KB * 1024


@needs_build
def test_no_page_holds_a_script_a_style_or_a_host_of_its_own() -> None:
    page = (built.STUDIO / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == [] and "<style" not in page and " style=" not in page
    for path in [*built.STUDIO.rglob("*.js"), *built.STUDIO.rglob("*.css")]:
        hosts = set(re.findall(r"https?://([\w.-]+)", path.read_text("utf-8")))
        assert hosts <= {"www.w3.org", "svelte.dev"}, path.name  # names of namespaces and of messages, never fetched


def test_the_reference_of_the_api_is_our_own_page() -> None:
    page = TestClient(create_site(None)).get("/docs")
    assert (
        "/v1/plans/{plan_id}/preview" in page.text and "default-src 'self'" in page.headers["content-security-policy"]
    )
    assert re.findall(r'(?:src|href)="(https?:)?//', page.text) == [] and "<script" not in page.text


# ---------------------------------------------------------------- words


def test_whatever_is_said_of_a_song_has_its_words() -> None:
    known = json.loads((WORDS / "en.json").read_text("utf-8"))
    assert {f"state.{sentence}" for sentence in get_args(Sentence)} <= known.keys()


def catalogue(language: str) -> dict[str, str]:
    return json.loads((WORDS / f"{language}.json").read_text("utf-8"))


@pytest.mark.parametrize("language", ["fr", "de", "es"])
def test_no_sentence_is_missing_in_a_language_and_each_has_its_places(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert set(other) == set(english)
    places = re.compile(r"\{\w+\}")
    assert {k for k in english if sorted(places.findall(english[k])) != sorted(places.findall(other[k]))} == set()
    assert all(text.strip() for text in other.values())
    same = [k for k in english if english[k] == other[k] and len(re.findall(r"[a-z]{3,}", english[k])) > 3]
    assert same == [], "left in English"


def test_every_sentence_that_the_page_says_is_in_the_catalogue() -> None:
    english = catalogue("en")
    sources = [*WEB.glob("src/**/*.svelte"), *WEB.glob("src/**/*.ts")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    said = set(re.findall(r"\bt\(\s*'([\w. -]+)'", text)) | set(re.findall(r"[?:] '([a-z]+\.[\w-]+)'", text))
    assert {key for key in said if key.split(".")[0] in {k.split(".")[0] for k in english}} - set(english) == set()
    groups = set(re.findall(r"named\('([\w.]+)'", text)) - {"style", "instrument", "feel"}
    assert [group for group in groups if not any(key.startswith(f"{group}.") for key in english)] == []


@pytest.mark.parametrize("word", ["anew", "dB", "likeness", "prompt", "render", "stem", "pad", "arp", "rights.refused"])
def test_a_fan_reads_no_word_of_the_engine_or_of_a_lawyer(word: str) -> None:
    said = {k: v for k, v in catalogue("en").items() if not k.startswith("operator.")}
    assert {k for k, v in said.items() if re.search(rf"\b{re.escape(word)}\b", v)} == set()
    assert "other" not in {v.lower() for v in said.values()}


@pytest.mark.skipif(not (WEB / "node_modules" / ".bin" / "svelte-check").exists(), reason="no Node packages are here")
def test_every_call_of_the_studio_has_the_types_of_the_interface(hook: ModuleType, tmp_path: Path) -> None:
    """Also after a field came to a request: what has a default may be left out, and what is gone is named."""
    npm, variables = hook.find_npm(tmp_path)
    done = subprocess.run(
        [*npm, "run", "check"], cwd=WEB, env=dict(variables), capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout[-2000:]
