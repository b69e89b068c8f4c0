"""Weights that do not come: the reason in one sentence, the same for every library that loads them."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from qadam.errors import CannotGet, Gated, Offline, StoreBusy
from qadam.systems.weights import asked_for, loading
from qadam.terms import SystemRow


def test_the_revision_is_named_and_the_network_left_alone_where_it_is_off(monkeypatch):
    assert asked_for() == {"revision": "main", "local_files_only": False}
    assert asked_for("1a2b")["revision"] == "1a2b"
    monkeypatch.setenv("QADAM_OFFLINE", "1")
    assert asked_for("1a2b") == {"revision": "1a2b", "local_files_only": True}


@pytest.mark.parametrize(
    ("refusal", "kind", "says"),
    [
        ("RepoNotFound", CannotGet, "there is no some/model on Hugging Face"),
        ("GatedRepo", Gated, "some/model asks you to accept its terms"),
    ],
)
def test_what_the_hub_refuses_is_told_in_its_own_words(refusal, kind, says, monkeypatch, tmp_path):
    from huggingface_hub import hf_hub_download

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(403 if refusal == "GatedRepo" else 404)
            self.send_header("X-Error-Code", refusal)
            self.end_headers()

        def log_message(self, *line):
            pass

    hub = HTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    with pytest.raises(kind, match=says), loading("some/model"):
        hf_hub_download("some/model", "a.bin", endpoint=f"http://127.0.0.1:{hub.server_port}", cache_dir=tmp_path)
    hub.shutdown()


def test_a_hub_that_cannot_be_reached_is_no_riddle(tmp_path):
    from huggingface_hub.errors import LocalEntryNotFoundError

    with (
        pytest.raises(Offline, match="some/model is not on this machine, and Hugging Face cannot be") as caught,
        loading("some/model"),
    ):
        try:
            raise LocalEntryNotFoundError("An error happened while trying to locate the files on the Hub")
        except LocalEntryNotFoundError as fault:
            raise OSError("We couldn't connect to the hub\nSee https://…") from fault
    assert caught.value.next_step == "With a network: hf download some/model"


@pytest.mark.parametrize("head", ["AutoModel", "AutoModelForTokenClassification"])
@pytest.mark.parametrize("reads", ["AutoTokenizer", "AutoFeatureExtractor"])
def test_offline_no_library_asks_the_hub(monkeypatch, head, reads):
    pytest.importorskip("torch", reason="needs torch: pip install 'qadam[train]'")
    pytest.importorskip("transformers", reason="needs transformers: pip install 'qadam[train]'")
    from qadam.systems.training.pretrained import pretrained

    monkeypatch.setenv("QADAM_OFFLINE", "1")
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: pytest.fail("somebody asked the network"))
    row = SystemRow("t", "t", "tagger", "transformers", options={"repo": "some/model"})
    with pytest.raises(Offline, match="some/model is not on this machine, and the network is off"):
        pretrained(row, head, reads=reads)


def test_our_own_errors_pass_and_a_bare_one_has_a_name():
    with pytest.raises(StoreBusy), loading("some/model"):
        raise StoreBusy("StoreBusy: busy", "wait")
    with (
        pytest.raises(CannotGet, match=r"some/model cannot be loaded: RuntimeError\.") as caught,
        loading("some/model", "do so"),
    ):
        raise RuntimeError
    assert caught.value.next_step == "do so"


def test_the_flag_of_a_command_reaches_what_loads_models():
    from qadam.cli.finding import places_of

    places_of()
    assert not asked_for()["local_files_only"]
    assert places_of(offline=True).offline
    assert asked_for()["local_files_only"]
