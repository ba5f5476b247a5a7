"""The TypeScript client as it is published: packed, unpacked elsewhere, compiled against and run."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from tests.server import RunningServer

WEB = Path(__file__).resolve().parents[2] / "web"
SCRIPT = """
import { createClient, ApiError, type Problem } from "auralis-client";

const auralis = createClient(process.argv[2]!);
const page = await auralis.request("get", "/api/v1/tracks", { query: { sort: "title", limit: 2 } });
const id = page.data[0]!.id;
// @ts-expect-error: there is no such order
await auralis.request("get", "/api/v1/tracks", { query: { sort: "colour" } }).catch(() => null);
// @ts-expect-error: there is no such address
await auralis.request("get", "/api/v1/nowhere").catch(() => null);
// @ts-expect-error: a volume is a number
await auralis.request("post", "/api/v1/player/volume", { body: { volume: "1" } }).catch(() => null);

const key = { body: { name: "From the package", trackIds: [id] }, idempotencyKey: crypto.randomUUID() };
const made = await auralis.request("post", "/api/v1/playlists", key);
const again = await auralis.request("post", "/api/v1/playlists", key);

async function refused(call: Promise<unknown>): Promise<Problem | null> {
  return call.then(() => null, (error: unknown) => (error instanceof ApiError ? error.problem : null));
}
const playlist = { path: { playlist_id: made.data.id } };
const stale = { ...playlist, body: { name: "Other" }, ifMatch: "999" };
const form = new FormData();
form.append("file", new Blob(["#EXTM3U\\n"]), "Sent.m3u");
const sound = await auralis.request("get", "/api/v1/tracks/{track_id}/original", { path: { track_id: id } });
const elsewhere = createClient("http://proxy.example", async () => new Response("<h1>Bad gateway", { status: 502 }));
console.log(
  JSON.stringify({
    total: page.meta.total,
    titles: page.data.map((track) => track.title),
    sameTwice: made.data.id === again.data.id,
    missing: (await refused(auralis.request("get", "/api/v1/tracks/{track_id}", { path: { track_id: "a/b" } })))?.code,
    stale: (await refused(auralis.request("put", "/api/v1/playlists/{playlist_id}", stale)))?.status,
    imported: (await auralis.request("post", "/api/v1/playlists/import", { form })).data.playlist.name,
    bytes: sound.size,
    gateway: (await refused(elsewhere.request("get", "/api/v1/player")))?.status,
    removed: (await auralis.request("delete", "/api/v1/playlists/{playlist_id}", playlist)).status,
  }),
);
"""
SETTINGS = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "NodeNext",
        "strict": True,
        "noUncheckedIndexedAccess": True,
        "lib": ["ES2022", "DOM"],
        "types": ["node"],
        "typeRoots": [str(WEB / "node_modules" / "@types")],
    },
    "files": ["main.ts"],
}


def run(*command: str, folder: Path) -> str:
    path = f"{WEB / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of somebody's that has installed the package."""
    copy, folder = tmp_path_factory.mktemp("web"), tmp_path_factory.mktemp("project")
    shutil.copytree(WEB / "client", copy / "client", ignore=shutil.ignore_patterns("dist", "openapi.d.ts"))
    shutil.copytree(WEB / "src" / "api" / "generated", copy / "src" / "api" / "generated")
    run("npm", "pack", "--silent", "--pack-destination", str(folder), folder=copy / "client")
    (packed,) = folder.glob("*.tgz")
    with tarfile.open(packed) as archive:
        assert sorted(archive.getnames()) == [
            f"package/{name}"
            for name in ("README.md", "dist/index.d.ts", "dist/index.js", "dist/openapi.d.ts", "package.json")
        ]
        archive.extractall(folder / "unpacked", filter="data")
    installed = folder / "node_modules" / "auralis-client"
    installed.parent.mkdir()
    (folder / "unpacked" / "package").rename(installed)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(SETTINGS))
    (folder / "main.ts").write_text(SCRIPT)
    return folder


def test_the_package_compiles_and_works_from_anywhere(scratch: Path, demo_server: RunningServer) -> None:
    run("tsc", "-p", "tsconfig.json", folder=scratch)
    found = json.loads(run("node", "main.js", demo_server.url, folder=scratch))
    tracks = demo_server.get("/tracks", sort="title", limit=2)
    assert found == {
        "total": demo_server.get("/library/stats")["tracks"],
        "titles": [track["title"] for track in tracks],
        "sameTwice": True,
        "missing": "NOT_FOUND",
        "stale": 412,
        "imported": "Sent",
        "bytes": tracks[0]["fileSize"],
        "gateway": 502,
        "removed": "success",
    }
