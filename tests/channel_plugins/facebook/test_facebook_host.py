"""A school connects its Page through the pages of the host, with the simulated Facebook behind the channel."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import article_builders as articles
import pytest
import requests
from flask import Flask
from webclient import PageClient

from channel_plugins.simulators.facebook import APP_ID, APP_SECRET, PAGE_ID, FacebookSimulator
from channel_plugins.simulators.server import running
from tenants.publishing import environment


def shown(client: PageClient, path: str) -> str:
    return html.unescape(client.get(path).get_data(as_text=True))


@pytest.mark.database("sqlite")
def test_page_is_connected_from_the_browser(app: Flask, client_for: Callable[..., PageClient]) -> None:
    team = articles.make_team(app)
    client = client_for(team.web)
    outlets = f"/u/{team.unit.slug}/publishing/outlets"
    with app.app_context():
        channel = environment.manager().get("facebook")
    with running(FacebookSimulator()) as url:
        options = {"app_id": APP_ID, "app_secret": APP_SECRET, "graph_url": url, "dialog_url": url}
        channel.configure(options, [urlsplit(url).netloc])
        try:
            step = client.post(f"{outlets}/connect/facebook", data={}).location
            found = re.search(rf'href="({re.escape(url)}/[^"]+dialog/oauth[^"]+)"', shown(client, step))
            assert found is not None, "the step leads to the consent page"
            query = {**dict(parse_qsl(urlsplit(found.group(1)).query)), "person": "5001", "answer": "yes"}
            query[f"page_{PAGE_ID}"] = "1"
            back = requests.get(f"{url}/dialog/answer", params=query, allow_redirects=False, timeout=10)
            place = urlsplit(back.headers["Location"])
            choose = client.get(client.get(f"{place.path}?{place.query}").location).location
            assert "Trường THCS Hoa Mai" in shown(client, choose)
            outlet = client.post(choose, data={"choice": PAGE_ID}).location
            page = shown(client, outlet)
        finally:
            channel.configure({})
    assert "Đã kết nối «Trang Facebook: Trường THCS Hoa Mai», có quyền đăng." in page
    assert PAGE_ID in page and "EAASIM" not in page
